package org.retinue;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.groups.UniAwait;
import jakarta.persistence.Entity;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.retinue.follow.FollowSession;
import org.retinue.follow.FollowSet;
import org.retinue.user.User;

/** The rules of structure, each with its reason. */
@AnalyzeClasses(packages = "org.retinue", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String[] FEATURES = {
        "org.retinue.user..",
        "org.retinue.follow..",
        "org.retinue.relationship..",
        "org.retinue.suspension..",
        "org.retinue.erasure..",
        "org.retinue.select..",
        "org.retinue.discover..",
        "org.retinue.audit..",
        "org.retinue.transfer.."
    };

    private static final String[] JDBC = {"java.sql..", "javax.sql.."};

    /** A literal, in one line or in a block. */
    private static final Pattern LITERAL =
            Pattern.compile("\"\"\"(?<block>.*?)\"\"\"|\"(?<line>(?:[^\"\\\\\\n]|\\\\.)*)\"", Pattern.DOTALL);

    /** A statement that has to do with a table. */
    private static final Pattern STATEMENT = Pattern.compile(
            "\\s*(select\\b.*\\bfrom|insert\\s+into|update\\b.*\\bset|delete\\s+from|with\\b.*\\bas|truncate|merge\\s+into)\\b.*",
            Pattern.DOTALL | Pattern.CASE_INSENSITIVE);

    private static final DescribedPredicate<JavaClass> RESOURCES = new DescribedPredicate<>("resources") {
        @Override
        public boolean test(JavaClass type) {
            return type.getSimpleName().endsWith("Resource")
                    || type.getEnclosingClass().map(this::test).orElse(false);
        }
    };

    @ArchTest
    static final ArchRule everyClassHasItsRoom = classes()
            .should()
            .resideInAnyPackage(
                    "org.retinue",
                    "org.retinue.config",
                    "org.retinue.user",
                    "org.retinue.follow",
                    "org.retinue.relationship",
                    "org.retinue.suspension",
                    "org.retinue.erasure",
                    "org.retinue.background",
                    "org.retinue.select",
                    "org.retinue.discover",
                    "org.retinue.coalesce",
                    "org.retinue.page",
                    "org.retinue.problem",
                    "org.retinue.rest",
                    "org.retinue.trace",
                    "org.retinue.security",
                    "org.retinue.limit",
                    "org.retinue.database",
                    "org.retinue.audit",
                    "org.retinue.openapi",
                    "org.retinue.transfer")
            .because("the folders read as what the service does (docs/architecture.md)");

    @ArchTest
    static final ArchRule theCoalescerKnowsNothingOfFollows = noClasses()
            .that()
            .resideInAPackage("org.retinue.coalesce")
            .should()
            .dependOnClassesThat(resideInAnyPackage("org.retinue..")
                    .and(DescribedPredicate.not(resideInAnyPackage("org.retinue.coalesce"))))
            .because("it lets callers share a statement, whatever they ask");

    @ArchTest
    static final ArchRule resourcesAreNamedForWhatTheyAre = classes()
            .that()
            .areAnnotatedWith(jakarta.ws.rs.Path.class)
            .should()
            .haveSimpleNameEndingWith("Resource")
            .because("the rules below know a resource by its name");

    @ArchTest
    static final ArchRule resourcesDoNotTouchTheDatabase = noClasses()
            .that(RESOURCES)
            .should()
            .dependOnClassesThat(
                    resideInAnyPackage("io.vertx.mutiny.sqlclient..", "io.vertx.sqlclient..", "org.hibernate..")
                            .or(simpleNameEndingWith("Sql"))
                            .or(new DescribedPredicate<>("are entities") {
                                @Override
                                public boolean test(JavaClass type) {
                                    return type.isAnnotatedWith(Entity.class);
                                }
                            }))
            .because("a resource parses, calls and renders; what it calls is a service");

    @ArchTest
    static final ArchRule servicesKnowNoHttp = noClasses()
            .that()
            .resideInAnyPackage(FEATURES)
            .and(DescribedPredicate.not(RESOURCES))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.ws.rs..", "org.jboss.resteasy..", "io.vertx.core.http..", "io.vertx.ext.web..")
            .because("what the service does can be asked of it without HTTP, by a test or another edge");

    @ArchTest
    static final ArchRule sqlStaysWithItsFeature = classes()
            .that()
            .haveSimpleNameEndingWith("Sql")
            .should()
            .bePackagePrivate()
            .because("a statement is read beside the code that runs it, and changed with it");

    @ArchTest
    static final ArchRule statementsStayWithTheirFeature = fields().that()
            .areDeclaredInClassesThat()
            .haveSimpleNameEndingWith("Sql")
            .should()
            .bePackagePrivate()
            .andShould()
            .beStatic()
            .andShould()
            .beFinal()
            .because("a statement is a constant, never glued from input");

    @ArchTest
    static final ArchRule nothingWaits = noClasses()
            .should()
            .callMethodWhere(DescribedPredicate.describe(
                    "await() is called",
                    call -> call.getTarget().getName().equals("await")
                            && (call.getTargetOwner().isAssignableTo(Uni.class)
                                    || call.getTargetOwner().isAssignableTo(UniAwait.class))))
            .because("who waits on an event loop stops every other request on it");

    @ArchTest
    static final ArchRule noBlockingTransactions = CompositeArchRule.of(
                    noClasses().should().beAnnotatedWith(Transactional.class))
            .and(noMethods().should().beAnnotatedWith(Transactional.class))
            .because("@Transactional is of the blocking Hibernate; the reactive one does not see it");

    @ArchTest
    static final ArchRule jdbcIsForTheStart = noClasses()
            .that()
            .resideOutsideOfPackage("org.retinue.database")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(JDBC)
            .because("JDBC blocks: it migrates the schema before the first request, and nothing else");

    @ArchTest
    static final ArchRule foundationsKnowNoFeature = noClasses()
            .that()
            .resideInAnyPackage(
                    "org.retinue.page..", "org.retinue.problem..", "org.retinue.database..", "org.retinue.security..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(FEATURES)
            .because("every feature stands on them");

    @ArchTest
    static final ArchRule theDatabaseKnowsNobody = noClasses()
            .that()
            .resideInAPackage("org.retinue.database..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.retinue.page..", "org.retinue.problem..")
            .because("what a failure of the database means is said there; how a caller is told, in problem");

    @ArchTest
    static final ArchRule packagesAreFreeOfCycles = slices().matching("org.retinue.(*)..")
            .should()
            .beFreeOfCycles()
            .ignoreDependency(
                    are(simpleName(User.class.getSimpleName())),
                    are(simpleName(FollowSet.class.getSimpleName()))
                            .or(simpleName(FollowSession.class.getSimpleName())))
            .because("a package can be read by itself; the association alone goes both ways: a user has two sides, "
                    + "and the sides are of users");

    @ArchTest
    static final ArchRule namesSaySomething = noClasses()
            .should()
            .haveNameMatching(".*(Util|Utils|Helper|Manager|Impl|Common)")
            .orShould()
            .resideInAnyPackage("..util..", "..common..", "..helper..", "..manager..", "..impl..")
            .because("such a name tells nothing, and so gathers everything");

    @ArchTest
    static void statementsStandInSqlClassesOnly(JavaClasses classes) {
        assertThat(classes).anyMatch(type -> type.getSimpleName().endsWith("Sql"));
        List<String> found = new ArrayList<>();
        for (Path source : sources()) {
            if (!source.toString().endsWith("Sql.java")) {
                Matcher literal = LITERAL.matcher(read(source));
                while (literal.find()) {
                    String text = literal.group("block") == null ? literal.group("line") : literal.group("block");
                    if (STATEMENT.matcher(text).matches()) {
                        found.add(source.getFileName() + ": " + text);
                    }
                }
            }
        }

        assertThat(found)
                .as("statements outside the *Sql classes, where each stands beside the index that it uses")
                .isEmpty();
    }

    private static List<Path> sources() {
        try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
            List<Path> sources =
                    files.filter(file -> file.toString().endsWith(".java")).toList();
            assertThat(sources).isNotEmpty();
            return sources;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path source) {
        try {
            return Files.readString(source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
