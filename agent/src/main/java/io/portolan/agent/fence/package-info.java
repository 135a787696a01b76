/**
 * How an application is stopped and how the stop is proved (fence F2). It must never call a pod
 * gone that nobody saw end.
 */
@NullMarked
package io.portolan.agent.fence;

import org.jspecify.annotations.NullMarked;
