package io.portolan.central.security;

import io.portolan.central.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The first operator's token: made at the first start, kept in a file that only its owner reads.
 * The file is the truth, so that a second node or a restored database accepts the same token.
 */
public final class AdminToken {
    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rw-------");

    private AdminToken() {}

    /** Reads or makes the token and sees to it that the store knows it. */
    public static String establish(Path file, Store store, Tokens tokens) {
        try {
            String token = Files.exists(file) ? read(file) : make(file, tokens);
            store.putToken(Tokens.digest(token), new Store.TokenRecord.User("admin", ""));
            return token;
        } catch (IOException e) {
            throw new UncheckedIOException("the admin token at " + file, e);
        }
    }

    private static String make(Path file, Tokens tokens) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        } catch (FileAlreadyExistsException e) {
            return read(file);
        }
        String token = tokens.secret("portolan-admin-");
        Files.writeString(file, token + "\n");
        return token;
    }

    private static String read(Path file) throws IOException {
        String token = Files.readString(file).strip();
        if (token.length() < 20) {
            throw new IOException("holds no token: remove it, and a new one is made");
        }
        return token;
    }
}
