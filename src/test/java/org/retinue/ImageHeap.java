package org.retinue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import io.netty.util.ReferenceCounted;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.File;
import java.io.FileDescriptor;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.Reader;
import java.io.Writer;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.Channel;
import java.nio.channels.Selector;
import java.nio.file.Path;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.Timer;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.random.RandomGenerator;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import java.util.zip.ZipFile;
import org.jboss.logging.Logger;

/**
 * What a native executable keeps of its build: the objects that static fields hold after the static initializers have run.
 * The compiler refuses some kinds of object there, and others are of no use in another process.
 */
final class ImageHeap {

    private static final List<Class<?>> REFUSED = List.of(
            // initialized at run time, by Quarkus' extensions for Netty and Vert.x
            Buffer.class,
            ByteBuf.class,
            ByteBufAllocator.class,
            ReferenceCounted.class,
            EventLoopGroup.class,
            io.netty.channel.Channel.class,
            Vertx.class,
            Context.class,
            // seeds
            Random.class,
            RandomGenerator.class,
            SplittableRandom.class,
            // threads
            Thread.class,
            ThreadGroup.class,
            Timer.class,
            Executor.class,
            Cleaner.class,
            Process.class,
            ProcessHandle.class,
            // files and sockets
            File.class,
            Path.class,
            FileDescriptor.class,
            RandomAccessFile.class,
            ZipFile.class,
            WatchService.class,
            InputStream.class,
            OutputStream.class,
            Reader.class,
            Writer.class,
            Channel.class,
            Selector.class,
            Socket.class,
            ServerSocket.class,
            InetAddress.class,
            // memory outside of the heap
            Inflater.class,
            Deflater.class);

    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<String> refused = new TreeSet<>();

    private ImageHeap() {}

    /** The static fields of these classes that lead to an object of a refused kind, each with the way to it. */
    static Set<String> refusedIn(Iterable<Class<?>> classes) {
        ImageHeap heap = new ImageHeap();
        for (Class<?> type : classes) {
            heap.lookAtStatics(type);
        }
        return heap.refused;
    }

    private void lookAtStatics(Class<?> type) {
        for (Field field : fields(type)) {
            if (Modifier.isStatic(field.getModifiers())) {
                look(type.getName() + "." + field.getName(), value(field, null));
            }
        }
    }

    private void look(String where, Object object) {
        if (object == null || isPlain(object) || !seen.add(object)) {
            return;
        }
        if (isRefused(object)) {
            refused.add(where + " is a " + object.getClass().getName());
        } else if (object instanceof Object[] array) {
            for (int i = 0; i < Array.getLength(array); i++) {
                look(where + "[" + i + "]", array[i]);
            }
        } else if (object instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                look(where + ".key", key);
                look(where + "." + key, value);
            });
        } else if (object instanceof Iterable<?> several) {
            several.forEach(each -> look(where + "[]", each));
        } else if (isOfJava(object.getClass())) {
            held(object).forEach(each -> look(where, each));
        } else {
            for (Class<?> type = object.getClass(); type != null && !isOfJava(type); type = type.getSuperclass()) {
                for (Field field : fields(type)) {
                    if (!Modifier.isStatic(field.getModifiers())) {
                        look(where + "." + field.getName(), value(field, object));
                    }
                }
            }
        }
    }

    private static boolean isRefused(Object object) {
        return REFUSED.stream().anyMatch(kind -> kind.isInstance(object))
                || (object instanceof java.nio.Buffer buffer && buffer.isDirect());
    }

    /** Objects that lead nowhere. Quarkus takes care of loggers. */
    private static boolean isPlain(Object object) {
        return object instanceof CharSequence
                || object instanceof Number
                || object instanceof Class<?>
                || object instanceof Logger
                || (object.getClass().isArray()
                        && object.getClass().getComponentType().isPrimitive());
    }

    /** The fields of Java's own classes can't be read: their contents are asked for. */
    private static List<Object> held(Object object) {
        List<Object> held = new ArrayList<>();
        if (object instanceof Optional<?> optional) {
            optional.ifPresent(held::add);
        } else if (object instanceof AtomicReference<?> reference) {
            held.add(reference.get());
        } else if (object instanceof Reference<?> reference) {
            held.add(reference.get());
        } else if (object instanceof AtomicReferenceArray<?> array) {
            for (int i = 0; i < array.length(); i++) {
                held.add(array.get(i));
            }
        } else if (object instanceof ThreadLocal<?> local) {
            held.add(local.get());
        }
        return held;
    }

    private static boolean isOfJava(Class<?> type) {
        return type.getModule().isNamed();
    }

    private static Set<Field> fields(Class<?> type) {
        Set<Field> fields = new HashSet<>();
        for (Field field : type.getDeclaredFields()) {
            if (!field.getType().isPrimitive()) {
                fields.add(field);
            }
        }
        return fields;
    }

    private static Object value(Field field, Object object) {
        try {
            field.setAccessible(true);
            return field.get(object);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
