package io.portolan.agent.observe;

import static io.portolan.agent.observe.StatusFields.condition;
import static io.portolan.agent.observe.StatusFields.number;
import static io.portolan.agent.observe.StatusFields.objects;
import static io.portolan.agent.observe.StatusFields.text;

import io.portolan.agent.observe.ObjectHealth.Verdict;
import io.portolan.agent.observe.StatusFields.State;
import io.portolan.model.app.Health;
import io.portolan.model.app.KubeObject;
import java.util.Optional;

/** Judges what runs to an end. */
final class JobHealth {
    private JobHealth() {}

    static Verdict job(KubeObject job) {
        int attempts = number(job, 0, "status", "failed");
        Optional<State> failed = condition(job, "Failed").filter(State::isTrue);
        if (failed.isPresent()) {
            return Verdict.of(
                    Health.FAILED,
                    failed.get().reason(),
                    "the job failed"
                            + (attempts > 0 ? " after " + pods(attempts) : "")
                            + ": "
                            + failed.get().words());
        }
        if (condition(job, "Complete").filter(State::isTrue).isPresent()) {
            return Verdict.healthy();
        }
        int active = number(job, 0, "status", "active");
        if (Boolean.TRUE.equals(job.at("spec", "suspend")) && active == 0) {
            return Verdict.of(Health.STOPPED, "Suspended", "the job is suspended");
        }
        return Verdict.progressing(
                active > 0 ? "Running" : "Starting",
                active + " running" + (attempts > 0 ? ", " + attempts + " failed before" : ""));
    }

    /** Its controller notes the end of a run and its success together, so idle means decided. */
    static Verdict cronJob(KubeObject job) {
        boolean idle = objects(job.at("status", "active")).isEmpty();
        if (Boolean.TRUE.equals(job.at("spec", "suspend")) && idle) {
            return Verdict.of(Health.STOPPED, "Suspended", "the schedule is suspended");
        }
        String due = text(job, "status", "lastScheduleTime");
        String success = text(job, "status", "lastSuccessfulTime");
        // Both are written in UTC without fractions, so their order is that of their letters.
        return idle && due.compareTo(success) > 0
                ? Verdict.of(
                        Health.DEGRADED,
                        "LastRunFailed",
                        "the run of "
                                + due
                                + " did not succeed; "
                                + (success.isEmpty()
                                        ? "none did before"
                                        : "the last that did ended at " + success))
                : Verdict.healthy();
    }

    private static String pods(int count) {
        return count + (count == 1 ? " failed pod" : " failed pods");
    }
}
