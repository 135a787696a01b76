package io.portolan.chaos;

import io.portolan.model.wire.Codec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes a history down, a note a line, and keeps it. Safe for use by many threads. */
final class Recorder implements AutoCloseable {
    private final long begin = System.nanoTime();
    private final Path file;
    private final Writer writer;
    private final List<Note> notes = new ArrayList<>();

    Recorder(Path file) {
        this.file = file;
        try {
            this.writer = Files.newBufferedWriter(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nanoseconds since the run began. */
    long now() {
        return System.nanoTime() - begin;
    }

    synchronized void add(Note note) {
        notes.add(note);
        try {
            writer.write(line(note) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String line(Note note) {
        return note.getClass().getSimpleName() + " " + Codec.lenient().text(note);
    }

    synchronized List<Note> notes() {
        return List.copyOf(notes);
    }

    Path file() {
        return file;
    }

    @Override
    public synchronized void close() {
        try {
            writer.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
