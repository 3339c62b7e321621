package org.retinue.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folder of an {@link EmbeddedDatabase}, held by one process at a time. Nobody but its owner may look inside: it
 * holds the database's password, and programs that run as the owner.
 */
final class DataFolder implements AutoCloseable {

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path home;
    private final FileChannel lock;

    private DataFolder(Path home, FileChannel lock) {
        this.home = home;
        this.lock = lock;
    }

    /**
     * Takes hold of a folder until {@link #close} or the end of this process; creates it if it is missing.
     *
     * @throws EmbeddedDatabaseException when another process holds it, or it can't be made or written
     */
    static DataFolder hold(Path folder) throws IOException {
        Path home = folder.toAbsolutePath().normalize();
        FileChannel lock;
        try {
            if (!Files.isDirectory(home)) {
                Files.createDirectories(home, OWNER_ONLY);
            }
            home = home.toRealPath();
            lock = FileChannel.open(home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (FileSystemException e) {
            throw new EmbeddedDatabaseException(
                    "the data folder " + home + " can't be used: " + reason(e)
                            + "; choose another folder with RETINUE_DATA",
                    e);
        }
        try {
            if (lock.tryLock() != null) {
                return new DataFolder(home, lock);
            }
        } catch (OverlappingFileLockException heldByThisProcess) {
            // the same answer as for any other holder
        }
        lock.close();
        throw new EmbeddedDatabaseException("the data folder " + home + " is in use by another Retinue; "
                + "stop that one, or choose another folder with RETINUE_DATA");
    }

    Path home() {
        return home;
    }

    /** PostgreSQL's own data directory. It exists once it is whole. */
    Path data() {
        return home.resolve("postgresql");
    }

    /** Where the data directory is made, before it is moved to its place. */
    Path freshData() {
        return home.resolve("postgresql.new");
    }

    /** PostgreSQL's programs, unpacked. */
    Path binaries() {
        return home.resolve("binaries");
    }

    /** Where a running server says which process it is. */
    Path postmasterFile() {
        return data().resolve("postmaster.pid");
    }

    Path log() {
        return home.resolve("postgresql.log");
    }

    Path passwordFile() {
        return home.resolve("password");
    }

    /** The password of the database's owner, made up on the first start. */
    String password() throws IOException {
        if (!Files.exists(passwordFile())) {
            byte[] random = new byte[24];
            new SecureRandom().nextBytes(random);
            Path fresh = home.resolve("password.new");
            Files.deleteIfExists(fresh);
            Files.createFile(fresh, OWNER_ONLY_FILE);
            Files.writeString(fresh, HexFormat.of().formatHex(random));
            Files.move(fresh, passwordFile());
        }
        return Files.readString(passwordFile()).strip();
    }

    /** Clears away what a first start left half-made when it was cut short: the library would take it for whole. */
    void clearUnfinished() throws IOException {
        delete(freshData());
        if (Files.isDirectory(binaries())) {
            try (Stream<Path> unpacked = Files.list(binaries())) {
                if (unpacked.noneMatch(version -> Files.exists(version.resolve(".exists")))) {
                    delete(binaries());
                }
            }
        }
    }

    /** Lets go of the folder. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String reason(FileSystemException failure) {
        if (failure instanceof AccessDeniedException) {
            return "this user may not write " + failure.getFile();
        }
        if (failure instanceof FileAlreadyExistsException) {
            return failure.getFile() + " is no folder";
        }
        return failure.getReason() == null ? failure.getFile() + " can't be created" : failure.getMessage();
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> everything = Files.walk(folder)) {
            List<Path> deepestFirst =
                    everything.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        }
    }
}
