package io.portolan.dr;

import io.portolan.model.Uid;
import io.portolan.model.dr.HookJob;
import io.portolan.model.dr.HookPoint;
import io.portolan.model.operation.HookRun;
import java.time.Duration;

/**
 * A hook's Job that is to be there: its intent is stored. Whoever carries operations out has the
 * one made that is awaited, and removes every Job of an operation that has no order.
 *
 * @param awaited whether its end is waited for; else it has ended, and stays only so that people
 *     can read its logs
 * @param timeout of this attempt
 */
public record JobOrder(
        Uid application,
        HookPoint point,
        HookRun.Job where,
        String key,
        int attempt,
        boolean awaited,
        HookJob job,
        Duration timeout,
        HookCall.Envelope about) {}
