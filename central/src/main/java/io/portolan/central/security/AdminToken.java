package io.portolan.central.security;

import io.portolan.central.store.Authority;
import io.portolan.central.store.Store;
import io.portolan.central.store.Write;
import io.portolan.model.Digest;
import io.portolan.model.operation.AuditEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The first operator's token, in a file that only its owner reads. A file that is there is the
 * operator's word, as where a Secret is mounted on every node: its token is accepted, also by a
 * restored database. Where there is none, one is made for the first node of a database only: a node
 * that joins others makes no admin of its own, and serves without knowing the token.
 */
public final class AdminToken {
    private static final Logger LOG = Logger.getLogger(AdminToken.class.getName());
    private static final int SHORTEST = 20;
    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rw-------");

    private final Path file;
    private final Store store;
    private final Tokens tokens;
    private final InstantSource clock;

    public AdminToken(Path file, Store store, Tokens tokens, InstantSource clock) {
        this.file = file;
        this.store = store;
        this.tokens = tokens;
        this.clock = clock;
    }

    /**
     * Of a node that shares its database.
     *
     * @return empty where others have an admin and this node was given no token
     */
    public Optional<String> establish() {
        try {
            if (Files.exists(file)) {
                return Optional.of(accepted(read()));
            }
            if (store.hasAdmin()) {
                LOG.log(
                        Level.INFO,
                        "an admin exists, so no token is made in {0}: take the first node''s, or"
                                + " write one of your own into this file and start again",
                        file);
                return Optional.empty();
            }
            String token = make();
            if (store.firstAdmin(Tokens.digest(token))) {
                return Optional.of(token);
            }
            // Another node was first. If it found this very file, that is the only copy.
            if (holdsAdmin(token)) {
                return Optional.of(token);
            }
            Files.delete(file);
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("the admin token at " + file, e);
        }
    }

    /** Of a node with a database of its own: whoever holds its directory holds everything. */
    public String establishAlone() {
        try {
            return accepted(Files.exists(file) ? read() : make());
        } catch (IOException e) {
            throw new UncheckedIOException("the admin token at " + file, e);
        }
    }

    private boolean holdsAdmin(String token) {
        return store.token(Tokens.digest(token))
                .equals(Optional.of(Store.TokenRecord.User.FIRST_ADMIN));
    }

    private String accepted(String token) {
        Digest digest = Tokens.digest(token);
        if (holdsAdmin(token) || store.firstAdmin(digest)) {
            return token;
        }
        store.putToken(digest, Store.TokenRecord.User.FIRST_ADMIN);
        LOG.log(Level.WARNING, "the token in {0} is a further one of the user admin", file);
        // The token is good whatever becomes of the record of it.
        var _ =
                store.commit(
                        new Authority.Api(Optional.empty()),
                        List.of(),
                        List.of(
                                new Write.AddAudit(
                                        new AuditEntry(
                                                clock.instant(),
                                                "central",
                                                "AcceptTokenFile",
                                                "User admin",
                                                "a node was started with a token file of its"
                                                        + " own"))));
        return token;
    }

    /** The file appears whole and stays: nobody reads half a token, or takes another's place. */
    private String make() throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IOException("is no file");
        }
        Files.createDirectories(parent);
        Path draft =
                Files.createTempFile(
                        parent,
                        "admin-token",
                        ".new",
                        PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        try {
            String token = tokens.secret("portolan-admin-");
            Files.writeString(draft, token + "\n");
            publish(draft);
            return token;
        } catch (FileAlreadyExistsException e) {
            return read();
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private void publish(Path draft) throws IOException {
        try {
            // Unlike a move, a link never replaces what appeared meanwhile.
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (FileSystemException | UnsupportedOperationException _) {
            // Not every file system has links.
            Files.move(draft, file);
        }
    }

    private String read() throws IOException {
        String token = Files.readString(file).strip();
        if (token.length() < SHORTEST) {
            throw new IOException(
                    "must hold a token of at least " + SHORTEST + " characters, or not exist");
        }
        return token;
    }
}
