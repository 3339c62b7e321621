package org.retinue;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameStartingWith;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaStaticInitializer;
import com.tngtech.archunit.core.domain.ReferencedClassObject;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.netty.buffer.Unpooled;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.runtime.annotations.RegisterResources;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.retinue.database.Database;
import org.retinue.problem.ProblemBody;
import org.retinue.rest.Answer;

/**
 * What a native executable asks of the code: it has of reflection and resources what is registered at its build, and
 * keeps what static initializers made then. docs/native.md says what else was checked.
 */
@AnalyzeClasses(packages = "org.retinue", importOptions = ImportOption.DoNotIncludeTests.class)
class NativeTest {

    /** The database that comes along does not come with an executable: see DatabaseStarter. */
    private static final DescribedPredicate<JavaClass> OF_THE_EXECUTABLE =
            DescribedPredicate.not(DescribedPredicate.describe(
                    "the embedded database", simpleNameStartingWith("Embedded").or(simpleName("DataFolder"))));

    private static final String REFLECTION =
            "java\\.lang\\.Class\\.(forName|newInstance|get(Declared)?(Method|Field|Constructor)s?)\\(.*"
                    + "|java\\.lang\\.reflect\\..*\\.(invoke|newInstance|newProxyInstance|get|set)\\(.*";

    @ArchTest
    static final ArchRule onlyTheEmbeddedDatabaseNeedsItsLibrary = noClasses()
            .that(OF_THE_EXECUTABLE)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.zonky..")
            .orShould()
            .dependOnClassesThat(simpleName("EmbeddedDatabase").or(simpleName("EmbeddedDatabaseStarter")))
            .because("neither is in the executable, whose build fails where either can be reached");

    @ArchTest
    static final ArchRule nothingIsFoundByItsName = noClasses()
            .should()
            .callMethodWhere(DescribedPredicate.describe(
                    "a class, member or proxy is asked for by reflection",
                    call -> call.getTarget().getFullName().matches(REFLECTION)))
            .because("the executable has of it what is registered, and nothing here is");

    @ArchTest
    static final ArchRule servicesAreForWhatIsNotInTheExecutable = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(Database.class.getName())
            .should()
            .accessTargetWhere(target(owner(type(ServiceLoader.class))))
            .because("the executable has no services but those that extensions register");

    @ArchTest
    static final ArchRule resourcesAreKnown = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("org.retinue.problem.Routes")
            .and()
            .doNotHaveFullyQualifiedName("org.retinue.database.Migrations")
            .should()
            .accessTargetWhere(target(nameMatching("getResource(s|AsStream)?|getSystemResource.*")))
            .because("the executable has the resources that are registered: the API's document, which Routes reads, is"
                    + " registered by the extension that makes it, and so are the migrations");

    @ArchTest
    static final ArchRule nothingOfTheBuildIsKept = noFields()
            .that()
            .areStatic()
            .should()
            .haveRawType(assignableTo(Random.class)
                    .or(assignableTo(Thread.class))
                    .or(assignableTo(ExecutorService.class))
                    .or(assignableTo(InetAddress.class))
                    .or(assignableTo(Socket.class))
                    .or(assignableTo(Channel.class))
                    .or(assignableTo(Process.class))
                    .or(assignableTo(Vertx.class))
                    .or(assignableTo(Path.class)))
            .because("static state is made where the executable is built: its random numbers would be the same in every"
                    + " process, and its threads and files are not there");

    @ArchTest
    static void noRefusedObjectIsInTheImageHeap(JavaClasses classes) throws ClassNotFoundException {
        List<Class<?>> initialized = new ArrayList<>();
        for (JavaClass type : classes) {
            if (OF_THE_EXECUTABLE.test(type)) {
                initialized.add(Class.forName(type.getName(), true, loader()));
            }
        }

        assertThat(initialized).hasSizeGreaterThan(200);
        assertThat(ImageHeap.refusedIn(initialized))
                .as(
                        "create these at the start of the process, or mark their class for it with --initialize-at-run-time")
                .isEmpty();
    }

    /** Static fields that the compiler refuses, each in another way. */
    static final class Refused {
        static final Buffer BUFFER = Buffer.buffer();
        static final Object[] ARRAY = {"text", Unpooled.buffer()};
        static final Map<String, Object> MAP = Map.of("key", Optional.of(new SecureRandom()));
        static final Supplier<Object> LAMBDA = captures(Executors.newSingleThreadExecutor(Thread::new));
        static final AtomicReference<Object> REFERENCE = new AtomicReference<>(List.of(ByteBuffer.allocateDirect(1)));
        static final Holder FIELD = new Holder(new Holder(System.in));

        record Holder(Object held) {}

        private Refused() {}

        private static Supplier<Object> captures(Object captured) {
            return () -> captured;
        }
    }

    @ArchTest
    static void everyWayIntoTheImageHeapIsFollowed(JavaClasses classes) {
        assertThat(ImageHeap.refusedIn(List.of(Refused.class)))
                .extracting(way -> way.replaceAll(".*Refused\\.([A-Z]+).*", "$1"))
                .containsExactlyInAnyOrder("BUFFER", "ARRAY", "MAP", "LAMBDA", "REFERENCE", "FIELD");
    }

    @ArchTest
    static void classesThatCaffeineLoadsByNameAreRegistered(JavaClasses classes) throws ReflectiveOperationException {
        Set<String> registered = registeredForReflection(classes).collect(Collectors.toSet());
        List<JavaClass> owners = classes.stream()
                .filter(type -> ComposedCaffeineNames.caches(type) > 0)
                .toList();

        assertThat(owners).extracting(JavaClass::getSimpleName).contains("CallerBuckets", "Authenticator");
        for (JavaClass owner : owners) {
            assertThat(ComposedCaffeineNames.caches(owner))
                    .as("caches of %s: each needs a class that owns it, whose calls tell its settings", owner)
                    .isEqualTo(1);
            for (String name : ComposedCaffeineNames.of(owner)) {
                assertThat(Class.forName(name, false, loader())).isNotNull();
                assertThat(registered)
                        .as("registered for the cache of %s", owner)
                        .contains(name);
            }
        }
    }

    @ArchTest
    static final ArchRule staticInitializersAskNothingOfTheMachine = classes()
            .should(new ArchCondition<>("ask nothing of the machine in static initializers") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    type.getStaticInitializer().stream()
                            .map(JavaStaticInitializer::getMethodCallsFromSelf)
                            .flatMap(Set::stream)
                            .filter(call -> call.getTarget()
                                    .getFullName()
                                    .matches("java\\.lang\\.System\\.(getenv|getProperty|nanoTime|currentTimeMillis).*"
                                            + "|java\\.lang\\.(Boolean|Integer|Long)\\.get(Boolean|Integer|Long)\\(.*"
                                            + "|java\\.time\\..*\\.now\\(.*"
                                            + "|java\\.lang\\.Runtime\\..*"))
                            .forEach(call -> events.add(SimpleConditionEvent.violated(call, call.getDescription())));
                }
            })
            .because("the answer would be that of the machine on which the executable is built");

    @ArchTest
    static final ArchRule applicationsCanBeMade = classes()
            .that()
            .implement(QuarkusApplication.class)
            .should()
            .beAnnotatedWith(RegisterForReflection.class)
            .because("Quarkus makes them by reflection");

    @ArchTest
    static void whatIsReadOrWrittenAsJsonIsRegistered(JavaClasses classes) {
        Set<Class<?>> json = new HashSet<>();
        // Every resource can fail.
        add(ProblemBody.class, json);
        for (JavaClass type : classes) {
            if (type.isAnnotatedWith(jakarta.ws.rs.Path.class)) {
                ofResource(type.reflect(), json);
            }
            if (type.getDirectDependenciesFromSelf().stream()
                    .anyMatch(dependency ->
                            dependency.getTargetClass().getPackageName().equals("com.fasterxml.jackson.databind"))) {
                constantsOf(type).forEach(constant -> add(constant, json));
            }
        }

        assertThat(json.stream().map(Class::getSimpleName))
                .contains("Relationship", "Operation", "UserChange", "ProblemBody", "GraphLine", "State", "Rejection");
        assertThat(new TreeSet<>(json.stream()
                        .filter(type -> !JsonGuard.isRegistered(type))
                        .map(Class::getName)
                        .toList()))
                .as("lack @RegisterForReflection")
                .isEmpty();
    }

    @ArchTest
    static void everyMigrationIsWhereTheExtensionLooks(JavaClasses classes) {
        try (Stream<Path> files = Files.walk(Path.of("src/main/resources"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".sql")))
                    .isNotEmpty()
                    .allMatch(file -> file.getParent().equals(Path.of("src/main/resources/db/migration")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ArchTest
    static void theServicesThatLibrariesLookForAreRegistered(JavaClasses classes) throws IOException {
        List<String> reflective = registeredForReflection(classes).toList();
        for (String service : List.of(
                "io.netty.bootstrap.ChannelInitializerExtension",
                "io.opentelemetry.exporter.internal.http.HttpSenderProvider")) {
            String file = "META-INF/services/" + service;
            assertThat(classes.stream()
                            .filter(type -> type.isAnnotatedWith(RegisterResources.class))
                            .flatMap(type -> Stream.of(type.getAnnotationOfType(RegisterResources.class)
                                    .globs())))
                    .contains(file);
            try (InputStream services = NativeTest.class.getResourceAsStream("/" + file)) {
                assertThat(new String(services.readAllBytes(), StandardCharsets.UTF_8).lines())
                        .as("those of %s, each registered for reflection", service)
                        .isNotEmpty()
                        .allMatch(reflective::contains);
            }
        }
    }

    /** What OpenTelemetry's extension for Quarkus, which is not used here, would see to. */
    @ArchTest
    static void whatLibrariesMustMakeAtTheStartIsNotMadeAtTheBuild(JavaClasses classes) throws Exception {
        assertThat(Class.forName("io.opentelemetry.sdk.internal.AndroidFriendlyRandomHolder", false, loader())
                        .getDeclaredFields())
                .extracting(Field::getType)
                .contains(Random.class);
        assertThat(Files.readString(Path.of("pom.xml")))
                .contains("--initialize-at-run-time=io.opentelemetry.sdk.internal.AndroidFriendlyRandomHolder");
    }

    private static Stream<String> registeredForReflection(JavaClasses classes) {
        return classes.stream()
                .filter(type -> type.isAnnotatedWith(RegisterForReflection.class))
                .flatMap(type -> Stream.concat(
                        Stream.of(type.getName()),
                        Stream.of(type.getAnnotationOfType(RegisterForReflection.class)
                                .classNames())));
    }

    private static ClassLoader loader() {
        return NativeTest.class.getClassLoader();
    }

    /** What the methods of a resource take and, by what they say of themselves, answer. */
    private static void ofResource(Class<?> resource, Set<Class<?>> json) {
        for (Method method : resource.getMethods()) {
            Arrays.stream(method.getAnnotationsByType(APIResponse.class))
                    .flatMap(response -> Arrays.stream(response.content()))
                    .map(Content::schema)
                    .flatMap(schema -> Stream.concat(Stream.of(schema.implementation()), Arrays.stream(schema.oneOf())))
                    .forEach(type -> add(type, json));
            for (int i = 0; i < method.getParameterCount(); i++) {
                if (method.getParameters()[i].getAnnotations().length == 0
                        || method.getParameters()[i].isAnnotationPresent(RequestBody.class)) {
                    add(method.getGenericParameterTypes()[i], json);
                }
            }
        }
        Arrays.stream(resource.getAnnotationsByType(APIResponse.class))
                .flatMap(response -> Arrays.stream(response.content()))
                .forEach(content -> add(content.schema().implementation(), json));
    }

    /** What a class that uses the mapper tells it to read and write. */
    private static Stream<Class<?>> constantsOf(JavaClass type) {
        return type.getCodeUnits().stream()
                .map(JavaCodeUnit::getReferencedClassObjects)
                .flatMap(Set::stream)
                .map(ReferencedClassObject::getValue)
                // an answer itself is taken apart, and its body is what is written
                .filter(constant -> !constant.equals(type) && !constant.isEquivalentTo(Answer.class))
                .map(JavaClass::reflect);
    }

    /** The type, if it is ours, and what it is made of. */
    private static void add(Type type, Set<Class<?>> json) {
        if (type instanceof ParameterizedType generic) {
            List.of(generic.getActualTypeArguments()).forEach(argument -> add(argument, json));
        } else if (type instanceof Class<?> ours
                && ours.getPackageName().startsWith("org.retinue")
                && json.add(ours)
                && ours.isRecord()) {
            for (RecordComponent component : ours.getRecordComponents()) {
                add(component.getGenericType(), json);
            }
        }
    }
}
