package org.retinue;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalListener;
import com.github.benmanes.caffeine.cache.Scheduler;
import com.github.benmanes.caffeine.cache.Ticker;
import com.github.benmanes.caffeine.cache.Weigher;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The classes that Caffeine loads by a name that it composes from the settings of a cache. The settings are those of the
 * builder's methods that a class calls.
 */
final class ComposedCaffeineNames {

    private static final String PACKAGE = "com.github.benmanes.caffeine.cache.";

    private ComposedCaffeineNames() {}

    /** How many caches a class makes. */
    static long caches(JavaClass type) {
        return calls(type).stream()
                .filter(call ->
                        call.getName().equals("newBuilder") || call.getName().equals("from"))
                .count();
    }

    /** The class of the cache that a class makes, and the class of its entries; none if the cache has no bound. */
    static List<String> of(JavaClass type) throws ReflectiveOperationException {
        Caffeine<Object, Object> builder = Caffeine.newBuilder();
        boolean isAsync = false;
        for (JavaMethodCall call : calls(type)) {
            if (call.getName().equals("buildAsync")) {
                isAsync = true;
            } else if (call.getTarget().getRawReturnType().isEquivalentTo(Caffeine.class)
                    && !call.getName().equals("newBuilder")) {
                set(builder, call);
            }
        }
        Method isBounded = Caffeine.class.getDeclaredMethod("isBounded");
        isBounded.setAccessible(true);
        return (boolean) isBounded.invoke(builder)
                ? List.of(
                        PACKAGE + name("LocalCacheFactory", new Class<?>[] {Caffeine.class}, builder),
                        PACKAGE + name("NodeFactory", new Class<?>[] {Caffeine.class, boolean.class}, builder, isAsync))
                : List.of();
    }

    private static List<JavaMethodCall> calls(JavaClass type) {
        return type.getMethodCallsFromSelf().stream()
                .filter(call -> call.getTargetOwner().isEquivalentTo(Caffeine.class))
                .toList();
    }

    private static void set(Caffeine<Object, Object> builder, JavaMethodCall call) throws ReflectiveOperationException {
        Method setter = Arrays.stream(Caffeine.class.getMethods())
                .filter(method -> method.getName().equals(call.getName()))
                .filter(method -> method.getParameterCount()
                        == call.getTarget().getRawParameterTypes().size())
                .findFirst()
                .orElseThrow(() -> new NoSuchMethodException(call.getDescription()));
        setter.invoke(
                builder,
                Arrays.stream(setter.getParameterTypes())
                        .map(ComposedCaffeineNames::example)
                        .toArray());
    }

    private static Object example(Class<?> type) {
        if (type == long.class) {
            return 1L;
        }
        if (type == int.class) {
            return 1;
        }
        if (type == Duration.class) {
            return Duration.ofSeconds(1);
        }
        if (type == TimeUnit.class) {
            return TimeUnit.SECONDS;
        }
        if (type == Executor.class) {
            return (Executor) Runnable::run;
        }
        if (type == Weigher.class) {
            return Weigher.singletonWeigher();
        }
        if (type == RemovalListener.class) {
            return (RemovalListener<Object, Object>) (key, value, cause) -> {};
        }
        if (type == Expiry.class) {
            return Expiry.creating((key, value) -> Duration.ofSeconds(1));
        }
        if (type == Ticker.class) {
            return Ticker.systemTicker();
        }
        if (type == Scheduler.class) {
            return Scheduler.disabledScheduler();
        }
        if (type == Supplier.class) {
            return (Supplier<?>) com.github.benmanes.caffeine.cache.stats.StatsCounter::disabledStatsCounter;
        }
        throw new IllegalArgumentException("no example of " + type);
    }

    private static String name(String factory, Class<?>[] parameters, Object... arguments)
            throws ReflectiveOperationException {
        Method getClassName = Class.forName(PACKAGE + factory).getDeclaredMethod("getClassName", parameters);
        getClassName.setAccessible(true);
        return (String) getClassName.invoke(null, arguments);
    }
}
