package io.portolan.agent.state;

import io.portolan.model.wire.Codec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/** The directory itself: the lock that keeps a second agent out, and the credential's file. */
final class StateDirectory implements AutoCloseable {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path dir;
    private final FileChannel lock;

    private StateDirectory(Path dir, FileChannel lock) {
        this.dir = dir;
        this.lock = lock;
    }

    static StateDirectory lock(Path dir) {
        try {
            Files.createDirectories(dir);
            FileChannel channel =
                    FileChannel.open(
                            dir.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            if (!tryLock(channel)) {
                channel.close();
                throw new StateException(
                        StateException.Code.LOCKED,
                        "another agent uses " + dir + ": give each agent its own --state-dir",
                        new IOException("locked"));
            }
            return new StateDirectory(dir, channel);
        } catch (IOException e) {
            throw new StateException(
                    StateException.Code.IO, "cannot use the state directory " + dir, e);
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** The file of the store: contents may hold Secrets, so no other user may read it. */
    Path file(String name) throws IOException {
        Path file = dir.resolve(name);
        if (!Files.exists(file)) {
            Files.createFile(file, OWNER_ONLY);
        }
        return file;
    }

    Optional<Credential> credential() {
        Path file = dir.resolve("credential.json");
        try {
            return Files.exists(file)
                    ? Optional.of(Codec.lenient().read(Files.readAllBytes(file), Credential.class))
                    : Optional.empty();
        } catch (IOException | UncheckedIOException e) {
            throw new StateException(
                    StateException.Code.CORRUPT,
                    file + " cannot be read: remove it and join again with a new token",
                    e);
        }
    }

    /** Durable when this returns: the join token is spent by then and cannot be used again. */
    void keep(Credential credential) {
        Path file = dir.resolve("credential.json");
        Path draft = dir.resolve("credential.json.new");
        try {
            Files.deleteIfExists(draft);
            Files.createFile(draft, OWNER_ONLY);
            try (FileChannel out = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(Codec.lenient().write(credential));
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            Files.move(
                    draft,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel parent = FileChannel.open(dir, StandardOpenOption.READ)) {
                parent.force(true);
            }
        } catch (IOException e) {
            throw new StateException(StateException.Code.IO, "cannot write " + file, e);
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
