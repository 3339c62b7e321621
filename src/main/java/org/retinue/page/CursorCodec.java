package org.retinue.page;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.retinue.page.Cursor.Position;
import org.retinue.problem.Problem;

/**
 * Encrypts and authenticates cursors, so that a cursor shows nothing to its holder and can be neither made up, nor changed,
 * nor used for another list.
 *
 * <p>It is a deterministic authenticated encryption with a synthetic initialization vector, the scheme of RFC 5297, with
 * HMAC-SHA256 in place of CMAC: the first {@value #TAG_BYTES} bytes are the truncated HMAC of the list and the key of the
 * item, and also the initialization vector with which AES-CTR encrypts that key. There is no nonce that two replicas could
 * use twice. The same position is always the same cursor.
 *
 * <p>Instances are immutable and can be shared by threads.
 */
public final class CursorCodec {

    private static final int TAG_BYTES = 16;

    private static final String MAC = "HmacSHA256";

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

    private final SecretKeySpec encryptionKey;

    /** To find the providers takes longer than to use them, and neither class can be shared by threads. */
    private final ThreadLocal<Mac> mac;

    private final ThreadLocal<Cipher> cipher;

    /**
     * Derives its keys from a secret.
     *
     * @param secret the same for every process that shares a database; it may have other uses
     */
    public CursorCodec(byte[] secret) {
        Mac root = mac(secret);
        byte[] authenticationKey = root.doFinal(utf8("retinue cursor authentication"));
        encryptionKey = new SecretKeySpec(root.doFinal(utf8("retinue cursor encryption")), "AES");
        mac = ThreadLocal.withInitial(() -> mac(authenticationKey));
        cipher = ThreadLocal.withInitial(CursorCodec::aes);
    }

    /** Writes the position after an item of a list; {@code list} names the list, its owner and its order. */
    public String write(String list, Position last) {
        return write(list, Cursor.micros(last.since()), last.id());
    }

    /** Writes the position after an item of a list whose key is some numbers. */
    public String write(String list, long... key) {
        ByteBuffer bytes = ByteBuffer.allocate(key.length * Long.BYTES);
        bytes.asLongBuffer().put(key);
        return write(list, bytes.array());
    }

    /** Writes the position after a name in a list ordered by name. */
    public String write(String list, String lastName) {
        return write(list, utf8(lastName));
    }

    /**
     * Reads a position in a list ordered by time.
     *
     * @throws Problem {@code bad-cursor}
     */
    public Position readPosition(String list, String cursor) {
        long[] key = readNumbers(list, 2, cursor);
        return new Position(Cursor.instant(key[0]), key[1]);
    }

    /**
     * Reads a position in a list whose key is that number of numbers.
     *
     * @throws Problem {@code bad-cursor}
     */
    public long[] readNumbers(String list, int count, String cursor) {
        ByteBuffer bytes = ByteBuffer.wrap(read(list, cursor));
        if (bytes.remaining() != count * Long.BYTES) {
            throw Cursor.bad();
        }
        long[] key = new long[count];
        bytes.asLongBuffer().get(key);
        return key;
    }

    /**
     * Reads a position in a list ordered by name.
     *
     * @throws Problem {@code bad-cursor}
     */
    public String readName(String list, String cursor) {
        return new String(read(list, cursor), StandardCharsets.UTF_8);
    }

    private String write(String list, byte[] key) {
        byte[] tag = tag(list, key);
        byte[] sealed = Arrays.copyOf(tag, TAG_BYTES + key.length);
        crypt(Cipher.ENCRYPT_MODE, tag, key, 0, key.length, sealed, TAG_BYTES);
        return ENCODER.encodeToString(sealed);
    }

    private byte[] read(String list, String cursor) {
        byte[] sealed;
        try {
            sealed = DECODER.decode(cursor);
        } catch (IllegalArgumentException e) {
            throw Cursor.bad();
        }
        // Unused bits of the last character would make several texts one cursor.
        if (sealed.length <= TAG_BYTES || !ENCODER.encodeToString(sealed).equals(cursor)) {
            throw Cursor.bad();
        }
        byte[] tag = Arrays.copyOf(sealed, TAG_BYTES);
        byte[] key = new byte[sealed.length - TAG_BYTES];
        crypt(Cipher.DECRYPT_MODE, tag, sealed, TAG_BYTES, key.length, key, 0);
        if (!MessageDigest.isEqual(tag, tag(list, key))) {
            throw Cursor.bad();
        }
        return key;
    }

    /** The length before the list keeps a list and a key from being read as another list and key. */
    private byte[] tag(String list, byte[] key) {
        byte[] name = utf8(list);
        byte[] text = ByteBuffer.allocate(Integer.BYTES + name.length + key.length)
                .putInt(name.length)
                .put(name)
                .put(key)
                .array();
        return Arrays.copyOf(mac.get().doFinal(text), TAG_BYTES);
    }

    private void crypt(int mode, byte[] vector, byte[] from, int begin, int length, byte[] to, int toBegin) {
        try {
            Cipher aes = cipher.get();
            aes.init(mode, encryptionKey, new IvParameterSpec(vector));
            aes.doFinal(from, begin, length, to, toBegin);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has AES", e);
        }
    }

    private static Cipher aes() {
        try {
            return Cipher.getInstance("AES/CTR/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has AES", e);
        }
    }

    private static Mac mac(byte[] key) {
        try {
            Mac made = Mac.getInstance(MAC);
            made.init(new SecretKeySpec(key, MAC));
            return made;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has HMAC-SHA256", e);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
