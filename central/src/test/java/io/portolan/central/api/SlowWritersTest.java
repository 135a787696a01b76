package io.portolan.central.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.http.sse.SseEvent;
import io.helidon.webserver.sse.SseSink;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class SlowWritersTest {
    private static final SseEvent EVENT = SseEvent.create("event");

    /** Other than a socket it does not end at the first interrupt: that may take its time. */
    private static final class Stuck implements SseSink {
        private final CountDownLatch never = new CountDownLatch(1);
        private final CountDownLatch ended = new CountDownLatch(3);

        @Override
        public SseSink emit(SseEvent event) {
            while (ended.getCount() > 0) {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    ended.countDown();
                }
            }
            return this;
        }

        @Override
        public void close() {}
    }

    @Test
    void whoTakesNothingIsCutOffAndOthersAreNot() throws Exception {
        try (SlowWriters slow = new SlowWriters(Duration.ofMillis(50), Duration.ofMillis(10))) {
            Stuck stuck = new Stuck();
            Thread writing =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try (SlowWriters.Pen pen = slow.pen(stuck)) {
                                            pen.emit(EVENT);
                                        }
                                    });
            try (SlowWriters.Pen idle = slow.pen(new Stuck())) {
                stuck.ended.await();
                assertTrue(writing.join(Duration.ofSeconds(30)));
                assertEquals(1, slow.cutOff(), "counted once");
                assertEquals(1, slow.open(), "who writes nothing at the moment stays");
                assertTrue(!Thread.currentThread().isInterrupted());
            }
        }
    }
}
