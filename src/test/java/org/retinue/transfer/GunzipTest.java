package org.retinue.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Whatever gzip packs is unpacked, in pieces of any size, and nothing else passes for gzip. */
class GunzipTest {

    private static final byte[] TEXT = "alice bob\nbob carol\n".getBytes(StandardCharsets.US_ASCII);

    @Property(tries = 200)
    void anyStreamInAnyPiecesIsUnpacked(
            @ForAll @IntRange(max = 100_000) int size,
            @ForAll @IntRange(min = 2, max = 256) int letters,
            @ForAll long seed) {
        Random random = new Random(seed);
        byte[] plain = new byte[size];
        for (int i = 0; i < size; i++) {
            plain[i] = (byte) random.nextInt(letters);
        }
        assertThat(unpack(gzip(plain), random)).isEqualTo(plain);
    }

    @Property(tries = 100)
    void membersInARowAreOneStream(@ForAll byte[] one, @ForAll byte[] two, @ForAll byte[] three, @ForAll long seed) {
        byte[] packed = concat(gzip(one), gzip(two), gzip(three));
        assertThat(unpack(packed, new Random(seed))).isEqualTo(concat(one, two, three));
    }

    @Property(tries = 100)
    void whateverItsHeaderTellsIsSkipped(
            @ForAll boolean extra,
            @ForAll boolean name,
            @ForAll boolean comment,
            @ForAll boolean crc,
            @ForAll @IntRange(max = 300) int length,
            @ForAll long seed) {
        byte[] packed = gzip(TEXT);
        byte[] header = Arrays.copyOf(packed, 10);
        header[3] = (byte) ((extra ? 4 : 0) | (name ? 8 : 0) | (comment ? 16 : 0) | (crc ? 2 : 0));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(header);
        if (extra) {
            all.writeBytes(new byte[] {(byte) length, (byte) (length >> 8)});
            all.writeBytes(new byte[length]);
        }
        if (name) {
            all.writeBytes("edges.txt\0".getBytes(StandardCharsets.ISO_8859_1));
        }
        if (comment) {
            all.writeBytes("who \u00e9 follows whom\0".getBytes(StandardCharsets.ISO_8859_1));
        }
        if (crc) {
            CRC32 checksum = new CRC32();
            checksum.update(all.toByteArray());
            all.writeBytes(new byte[] {(byte) checksum.getValue(), (byte) (checksum.getValue() >> 8)});
        }
        all.write(packed, 10, packed.length - 10);
        assertThat(unpack(all.toByteArray(), new Random(seed))).isEqualTo(TEXT);
    }

    @Example
    void aStreamThatEndsAnywhereInTheMiddleIsRefused() {
        byte[] packed = gzip(TEXT);
        for (int length = 1; length < packed.length; length++) {
            byte[] part = Arrays.copyOf(packed, length);
            assertThatThrownBy(() -> unpack(part, new Random(1)))
                    .as("%s of %s bytes", length, packed.length)
                    .isInstanceOf(Gunzip.NotGzipException.class);
        }
    }

    @Property(tries = 200)
    void damageToWhatIsPackedIsNoticed(
            @ForAll @IntRange(min = 10) int at, @ForAll @IntRange(min = 1, max = 255) int bits) {
        byte[] packed = gzip(TEXT);
        int place = 10 + at % (packed.length - 10);
        // The last two bits of what deflate makes of it, just before the checksum, only fill up their byte.
        Assume.that(place != packed.length - 9 || (bits & 0x3f) != 0);
        packed[place] ^= (byte) bits;
        assertThatThrownBy(() -> assertThat(unpack(packed, new Random(1))).isNotEqualTo(TEXT))
                .isInstanceOf(Gunzip.NotGzipException.class);
    }

    @Example
    void whatFollowsTheLastMemberMustBeGzipToo() {
        byte[] packed = concat(gzip(TEXT), "no gzip at all".getBytes(StandardCharsets.US_ASCII));
        assertThatThrownBy(() -> unpack(packed, new Random(1))).isInstanceOf(Gunzip.NotGzipException.class);
    }

    @Example
    void onlyDeflateIsUnpacked() {
        byte[] packed = gzip(TEXT);
        packed[2] = 7;
        assertThatThrownBy(() -> unpack(packed, new Random(1))).isInstanceOf(Gunzip.NotGzipException.class);
    }

    private static byte[] unpack(byte[] packed, Random random) {
        ByteArrayOutputStream unpacked = new ByteArrayOutputStream();
        byte[] buffer = new byte[1 + random.nextInt(random.nextBoolean() ? 4 : 9_000)];
        Gunzip gunzip = new Gunzip();
        for (int at = 0; at < packed.length; ) {
            int end = Math.min(packed.length, at + 1 + random.nextInt(random.nextBoolean() ? 4 : 5_000));
            gunzip.feed(Arrays.copyOfRange(packed, at, end));
            for (int length = gunzip.read(buffer); length > 0; length = gunzip.read(buffer)) {
                unpacked.write(buffer, 0, length);
            }
            at = end;
        }
        gunzip.end();
        gunzip.close();
        return unpacked.toByteArray();
    }

    static byte[] gzip(byte[] plain) {
        return gzip(plain, 1);
    }

    /** Packs the same bytes again and again. */
    static byte[] gzip(byte[] plain, int times) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed) {
            {
                def.setLevel(Deflater.BEST_COMPRESSION);
            }
        }) {
            for (int i = 0; i < times; i++) {
                gzip.write(plain);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
