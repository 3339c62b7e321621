package org.retinue;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The manifests are of Kubernetes' types to the last field, and what they refer to is there. */
@QuarkusTest
class KubernetesTest {

    private static final Path FOLDER = Path.of("src/main/kubernetes");

    private static final Map<String, Class<? extends HasMetadata>> KINDS = Stream.of(
                    ConfigMap.class,
                    Deployment.class,
                    HorizontalPodAutoscaler.class,
                    Job.class,
                    Namespace.class,
                    NetworkPolicy.class,
                    PodDisruptionBudget.class,
                    Service.class,
                    ServiceAccount.class,
                    ServiceMonitor.class)
            .collect(toMap(type -> HasMetadata.getApiVersion(type) + "/" + HasMetadata.getKind(type), type -> type));

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            // the model would keep what it does not know
            .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(Annotated member) {
                    return false;
                }
            });

    private static final Map<Path, HasMetadata> MANIFESTS = new TreeMap<>();

    @BeforeAll
    static void read() throws IOException {
        for (Path file : files()) {
            if (!file.endsWith("kustomization.yaml")) {
                JsonNode manifest = YAML.readTree(file.toFile());
                String kind = manifest.path("apiVersion").asText() + "/"
                        + manifest.path("kind").asText();
                assertThat(KINDS).as(file.toString()).containsKey(kind);
                MANIFESTS.put(FOLDER.relativize(file), YAML.treeToValue(manifest, KINDS.get(kind)));
            }
        }
    }

    @Test
    void everyFileIsInAKustomizationAndEveryKustomizationsFilesAreThere() throws IOException {
        List<Path> named = new ArrayList<>();
        for (Path file : files()) {
            if (file.endsWith("kustomization.yaml")) {
                named.add(file);
                JsonNode kustomization = YAML.readTree(file.toFile());
                assertThat(kustomization.path("kind").asText()).isEqualTo("Kustomization");
                kustomization.fieldNames().forEachRemaining(field -> assertThat(field)
                        .isIn("apiVersion", "kind", "namespace", "labels", "resources", "images", "patches"));
                List<String> paths = new ArrayList<>();
                kustomization.path("resources").forEach(resource -> paths.add(resource.asText()));
                kustomization
                        .path("patches")
                        .forEach(patch -> paths.add(patch.path("path").asText()));
                for (String path : paths) {
                    Path target = file.resolveSibling(path).normalize();
                    assertThat(target).exists();
                    named.add(target);
                }
            }
        }

        assertThat(named.stream().filter(Files::isRegularFile)).containsAll(files());
    }

    @Test
    void allOfItIsThere() {
        assertThat(MANIFESTS.keySet().stream().filter(file -> file.startsWith("base")))
                .map(file -> MANIFESTS.get(file).getKind())
                .containsExactlyInAnyOrder(
                        "ServiceAccount",
                        "ConfigMap",
                        "Job",
                        "Deployment",
                        "Service",
                        "HorizontalPodAutoscaler",
                        "PodDisruptionBudget",
                        "NetworkPolicy");
        assertThat(MANIFESTS.get(Path.of("overlays/monitoring/servicemonitor.yaml")))
                .isInstanceOf(ServiceMonitor.class);
    }

    @Test
    void whatPatchesChangeIsThere() {
        MANIFESTS.forEach((file, manifest) -> {
            if (Set.of("settings.yaml", "deployment.yaml", "autoscaler.yaml")
                    .contains(file.getFileName().toString())) {
                assertThat(MANIFESTS.values().stream().filter(other -> other != manifest))
                        .as(file.toString())
                        .anyMatch(other -> other.getKind().equals(manifest.getKind())
                                && other.getMetadata()
                                        .getName()
                                        .equals(manifest.getMetadata().getName()));
            }
        });
    }

    @Test
    void selectorsFindTheService() {
        Map<String, String> labels =
                deployment().getSpec().getTemplate().getMetadata().getLabels();
        Map<String, String> jobs = job().getSpec().getTemplate().getMetadata().getLabels();

        List<Map<String, String>> selectors = new ArrayList<>();
        selectors.add(deployment().getSpec().getSelector().getMatchLabels());
        selectors.add(base(Service.class, "service").getSpec().getSelector());
        selectors.add(base(PodDisruptionBudget.class, "disruption")
                .getSpec()
                .getSelector()
                .getMatchLabels());
        Stream.of(
                        pod(),
                        overlay(Deployment.class, "production/deployment")
                                .getSpec()
                                .getTemplate()
                                .getSpec())
                .flatMap(pod -> pod.getTopologySpreadConstraints().stream())
                .forEach(spread -> {
                    selectors.add(spread.getLabelSelector().getMatchLabels());
                    assertThat(spread.getNodeTaintsPolicy())
                            .as("or a node that takes none keeps the others at one each")
                            .isEqualTo("Honor");
                });
        assertThat(selectors).hasSize(6).allSatisfy(selector -> {
            assertThat(labels).containsAllEntriesOf(selector);
            assertThat(jobs.entrySet()).as("not the job").isNotEqualTo(selector.entrySet());
        });
        Map<String, String> guarded =
                base(NetworkPolicy.class, "network").getSpec().getPodSelector().getMatchLabels();
        assertThat(labels).containsAllEntriesOf(guarded);
        assertThat(jobs).containsAllEntriesOf(guarded);
        for (NetworkPolicy policy : List.of(
                overlay(NetworkPolicy.class, "production/network"),
                overlay(NetworkPolicy.class, "monitoring/network"))) {
            assertThat(policy.getSpec().getPodSelector().getMatchLabels())
                    .isEqualTo(deployment().getSpec().getSelector().getMatchLabels());
        }
        ServiceMonitor monitor = overlay(ServiceMonitor.class, "monitoring/servicemonitor");
        assertThat(base(Service.class, "service").getMetadata().getLabels())
                .containsAllEntriesOf(monitor.getSpec().getSelector().getMatchLabels());
    }

    @Test
    void portsAreThoseOfTheContainerAndOfTheSettings() {
        assertThat(container().getPorts()).extracting(ContainerPort::getName).containsExactly("http");
        assertThat(String.valueOf(container().getPorts().get(0).getContainerPort()))
                .isEqualTo(settings().get("RETINUE_PORT"));
        assertThat(base(Service.class, "service").getSpec().getPorts())
                .singleElement()
                .satisfies(port -> {
                    assertThat(port.getName()).isEqualTo("http");
                    assertThat(port.getTargetPort().getStrVal()).isEqualTo("http");
                });
        for (NetworkPolicy policy : List.of(
                base(NetworkPolicy.class, "network"),
                overlay(NetworkPolicy.class, "production/network"),
                overlay(NetworkPolicy.class, "monitoring/network"))) {
            assertThat(policy.getSpec().getIngress().get(0).getPorts())
                    .singleElement()
                    .extracting(port -> port.getPort().getStrVal())
                    .isEqualTo("http");
        }
        assertThat(overlay(ServiceMonitor.class, "monitoring/servicemonitor")
                        .getSpec()
                        .getEndpoints())
                .singleElement()
                .satisfies(endpoint -> {
                    assertThat(endpoint.getPort()).isEqualTo("http");
                    assertThat(RestAssured.get(endpoint.getPath()).statusCode()).isEqualTo(200);
                });
    }

    static List<Probe> probes() {
        return List.of(
                container().getStartupProbe(),
                container().getLivenessProbe(),
                container().getReadinessProbe());
    }

    @ParameterizedTest
    @MethodSource("probes")
    void aProbeAsksWhatTheServiceAnswers(Probe probe) {
        assertThat(probe.getHttpGet().getPort().getStrVal()).isEqualTo("http");
        assertThat(RestAssured.get(probe.getHttpGet().getPath()).statusCode()).isEqualTo(200);
    }

    @Test
    void settingsAreDocumented() throws IOException {
        String documented = Files.readString(Path.of("docs/configuration.md"));
        Stream.of(
                        settings().keySet().stream(),
                        container().getEnv().stream().map(EnvVar::getName),
                        overlay(ConfigMap.class, "development/settings").getData().keySet().stream(),
                        overlay(ConfigMap.class, "production/settings").getData().keySet().stream())
                .flatMap(keys -> keys)
                .forEach(key -> assertThat(documented).contains("`" + key + "`"));
    }

    @Test
    void theJobAndTheServiceAreOfOneImageAndHaveTheSameSettings() {
        Container migration =
                job().getSpec().getTemplate().getSpec().getContainers().get(0);

        assertThat(migration.getImage()).isEqualTo(container().getImage());
        assertThat(migration.getArgs()).containsExactly("migrate");
        assertThat(migration.getEnvFrom()).isEqualTo(container().getEnvFrom());
        assertThat(migration.getEnv()).isEqualTo(container().getEnv());
        assertThat(container().getEnvFrom().get(0).getConfigMapRef().getName())
                .isEqualTo(base(ConfigMap.class, "configmap").getMetadata().getName());
        assertThat(settings()).containsEntry("RETINUE_MIGRATE", "never");
    }

    @Test
    void thereIsTimeToEndInOrder() throws IOException {
        String properties = Files.readString(Path.of("src/main/resources/application.properties"));
        assertThat(properties).contains("quarkus.shutdown.timeout=15s");
        long preStop = container().getLifecycle().getPreStop().getSleep().getSeconds();

        assertThat(pod().getTerminationGracePeriodSeconds()).isGreaterThan(preStop + 10);
        assertThat(deployment()
                        .getSpec()
                        .getStrategy()
                        .getRollingUpdate()
                        .getMaxUnavailable()
                        .getIntVal())
                .as("an old one goes when a new one is ready")
                .isZero();
    }

    @Test
    void podsAreRestricted() {
        for (PodSpec pod : List.of(pod(), job().getSpec().getTemplate().getSpec())) {
            assertThat(pod.getServiceAccountName())
                    .isEqualTo(base(ServiceAccount.class, "serviceaccount")
                            .getMetadata()
                            .getName());
            assertThat(pod.getAutomountServiceAccountToken()).isFalse();
            assertThat(pod.getEnableServiceLinks())
                    .as("a Service of the name retinue would set RETINUE_PORT")
                    .isFalse();
            assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
            assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(10001L);
            assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
            assertThat(pod.getContainers()).allSatisfy(container -> {
                assertThat(container.getSecurityContext().getAllowPrivilegeEscalation())
                        .isFalse();
                assertThat(container.getSecurityContext().getReadOnlyRootFilesystem())
                        .isTrue();
                assertThat(container.getSecurityContext().getCapabilities().getDrop())
                        .containsExactly("ALL");
                Map<String, Quantity> limits = container.getResources().getLimits();
                Map<String, Quantity> requests = container.getResources().getRequests();
                assertThat(limits).containsOnlyKeys("cpu", "memory", "ephemeral-storage");
                assertThat(requests).containsOnlyKeys("cpu", "memory", "ephemeral-storage");
                requests.forEach((what, asked) -> assertThat(asked.getNumericalAmount())
                        .isLessThanOrEqualTo(limits.get(what).getNumericalAmount()));
            });
        }
    }

    @Test
    void databaseUrlIsMountedAsFile() {
        for (PodSpec pod : List.of(pod(), job().getSpec().getTemplate().getSpec())) {
            assertThat(pod.getVolumes()).anySatisfy(volume -> assertThat(volume.getSecret())
                    .isNotNull()
                    .satisfies(secret -> assertThat(secret.getSecretName()).isEqualTo("retinue-database")));
            assertThat(pod.getContainers().get(0).getEnv()).anySatisfy(variable -> {
                assertThat(variable.getName()).isEqualTo("RETINUE_DATABASE_URL_FILE");
                assertThat(variable.getValue()).isEqualTo("/etc/retinue/database/url");
            });
        }
    }

    /** A policy adds to the others of the same pods, and takes nothing away. */
    @Test
    void podsReachNamesDatabasesAndWhatAnOverlayAddsAndNothingElse() {
        assertThat(reached(base(NetworkPolicy.class, "network")))
                .containsExactlyInAnyOrder("UDP 53", "TCP 53", "TCP 5432");
        assertThat(reached(overlay("production"))).as("the issuer of tokens").containsExactly("TCP 443");
        assertThat(reached(overlay("monitoring"))).as("the collector of traces").containsExactly("TCP 4318");
        for (NetworkPolicy policy : List.of(overlay("production"), overlay("monitoring"))) {
            assertThat(policy.getSpec().getPodSelector().getMatchLabels())
                    .isEqualTo(deployment().getSpec().getSelector().getMatchLabels());
        }
    }

    private static NetworkPolicy overlay(String name) {
        return (NetworkPolicy) MANIFESTS.get(Path.of("overlays", name, "network.yaml"));
    }

    private static Stream<String> reached(NetworkPolicy policy) {
        assertThat(policy.getSpec().getPolicyTypes()).contains("Egress");
        assertThat(policy.getSpec().getEgress())
                .allSatisfy(rule -> assertThat(rule.getTo()).as("destinations").isNotEmpty());
        return policy.getSpec().getEgress().stream()
                .flatMap(rule -> rule.getPorts().stream())
                .map(port -> port.getProtocol() + " " + port.getPort().getIntVal());
    }

    @Test
    void theAutoscalerIsOfTheDeployment() {
        var scaled = base(HorizontalPodAutoscaler.class, "autoscaler").getSpec().getScaleTargetRef();

        assertThat(scaled.getKind()).isEqualTo(deployment().getKind());
        assertThat(scaled.getApiVersion()).isEqualTo(deployment().getApiVersion());
        assertThat(scaled.getName()).isEqualTo(deployment().getMetadata().getName());
        assertThat(deployment().getSpec().getReplicas()).as("left to it").isNull();
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static Deployment deployment() {
        return base(Deployment.class, "deployment");
    }

    private static Job job() {
        return base(Job.class, "migration");
    }

    private static PodSpec pod() {
        return deployment().getSpec().getTemplate().getSpec();
    }

    private static Container container() {
        return pod().getContainers().get(0);
    }

    private static Map<String, String> settings() {
        return base(ConfigMap.class, "configmap").getData();
    }

    private static <T> T base(Class<T> type, String name) {
        return type.cast(MANIFESTS.get(Path.of("base", name + ".yaml")));
    }

    private static <T> T overlay(Class<T> type, String name) {
        return type.cast(MANIFESTS.get(Path.of("overlays", name + ".yaml")));
    }
}
