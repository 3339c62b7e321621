package org.retinue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.FileNotFoundException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.retinue.client.ApiClient;
import org.retinue.client.ApiException;
import org.retinue.client.api.DiscoveryApi;
import org.retinue.client.api.FollowsApi;
import org.retinue.client.api.OperationsApi;
import org.retinue.client.api.RelationshipsApi;
import org.retinue.client.api.SetsApi;
import org.retinue.client.api.TransferApi;
import org.retinue.client.api.UsersApi;
import org.retinue.client.model.Batch;
import org.retinue.client.model.BatchAction;
import org.retinue.client.model.BatchOperation;
import org.retinue.client.model.ErasureState;
import org.retinue.client.model.FollowListItem;
import org.retinue.client.model.FollowOutcome;
import org.retinue.client.model.FollowPage;
import org.retinue.client.model.ImportReport;
import org.retinue.client.model.MuteRequest;
import org.retinue.client.model.Problem;
import org.retinue.client.model.Relationship;
import org.retinue.client.model.Suggestion;
import org.retinue.client.model.User;
import org.retinue.client.model.UserChange;
import org.retinue.client.model.UserPageItem;

/** The tour of the README with a Java client that is generated from the OpenAPI document. */
class JavaClientIT {

    @RegisterExtension
    final RetinueStarter starter = new RetinueStarter();

    private ApiClient client;
    private UsersApi users;
    private FollowsApi follows;
    private RelationshipsApi relationships;

    @BeforeEach
    void start() throws Exception {
        client = new ApiClient();
        client.updateBaseUri("http://127.0.0.1:" + starter.startReady().port());
        users = new UsersApi(client);
        follows = new FollowsApi(client);
        relationships = new RelationshipsApi(client);
    }

    @Test
    void generatedClientTakesTheTour(@TempDir Path folder) throws Exception {
        User alice = users.registerUser("alice", null, null, null);
        users.registerUser("bob", null, null, new UserChange().displayName("Bob B."));
        assertThat(alice.getDisplayName()).isNull();
        assertThat(alice.getPrivate()).isFalse();

        follow();
        request();
        block();
        batch();
        transfer(folder);
        erase();
    }

    /** Alice follows Bob, and not the other way round. */
    private void follow() throws ApiException {
        Relationship relationship = follows.follow("alice", "bob");
        assertThat(relationship.getUsername()).isEqualTo("alice");
        assertThat(relationship.getWith()).isEqualTo("bob");
        assertThat(relationship.getFollowing()).isTrue();
        assertThat(relationship.getFollowedBy()).isFalse();

        FollowPage following = follows.listFollowing("alice", null, null, null, null, null);
        assertThat(following.getItems()).extracting(FollowListItem::getUsername).containsExactly("bob");
        assertThat(following.getItems()).extracting(FollowListItem::getDisplayName).containsExactly("Bob B.");
        assertThat(following.getNext()).isNull();
        assertThat(following.getTotal()).isEqualTo(1);
        assertThat(follows.listFollowers("bob", null, "newest", null, null, 10, null).getItems())
                .extracting(FollowListItem::getUsername)
                .containsExactly("alice");
        assertThat(follows.checkFollow("alice", "bob").getSince()).isNotNull();
        assertThat(users.getUser("bob", null).getFollowersCount()).isEqualTo(1);
        assertThat(users.getUser("alice", null).getFollowingCount()).isEqualTo(1);

        Problem problem = problem(() -> follows.checkFollow("bob", "alice"), 404);
        assertThat(problem.getCode()).isEqualTo(Problem.CodeEnum.NOT_FOLLOWING);
        assertThat(problem.getFollower()).isEqualTo("bob");
        assertThat(problem.getFollowed()).isEqualTo("alice");
        assertThat(problem.getRequestId()).isNotBlank();
    }

    /** Carol is private: Bob asks, and she accepts. */
    private void request() throws ApiException {
        users.registerUser("carol", null, null, new UserChange()._private(true));
        assertThat(follows.follow("bob", "carol").getRequested()).isTrue();
        assertThat(relationships.listRequests("carol", null, null, null, null, null).getItems())
                .extracting(UserPageItem::getUsername)
                .containsExactly("bob");
        relationships.acceptRequest("carol", "bob");
        assertThat(follows.checkFollow("bob", "carol").getSince()).isNotNull();
        assertThat(new DiscoveryApi(client).listSuggestions("alice", null, null).getItems())
                .extracting(Suggestion::getUsername)
                .containsExactly("carol");
        assertThat(new DiscoveryApi(client).findPath("alice", "carol").getPath())
                .containsExactly("alice", "bob", "carol");
        assertThat(new SetsApi(client)
                        .selectUsers("following:alice & followers:carol", null, null)
                        .getItems())
                .hasSize(1);
    }

    private void block() throws ApiException {
        relationships.block("carol", "alice");
        Problem problem = problem(() -> follows.follow("alice", "carol"), 403);
        assertThat(problem.getCode()).isEqualTo(Problem.CodeEnum.BLOCKED);
        assertThat(relationships
                        .getRelationships("alice", List.of("carol", "bob"))
                        .getItems())
                .extracting(Relationship::getBlockedBy)
                .containsExactly(true, false);
        assertThat(relationships.mute("alice", "bob", null).getUntil()).isNull();
        assertThat(relationships
                        .mute("alice", "bob", new MuteRequest().until(java.time.OffsetDateTime.parse("2036-04-01T00:00:00Z")))
                        .getUntil())
                .isNotNull();
        follows.removeFollower("bob", "alice");
        assertThat(problem(() -> follows.checkFollow("alice", "bob"), 404).getCode())
                .isEqualTo(Problem.CodeEnum.NOT_FOLLOWING);
    }

    private void batch() throws ApiException {
        Batch batch = new Batch()
                .addOperationsItem(new BatchOperation()
                        .op(BatchAction.FOLLOW)
                        .follower("alice")
                        .followed("bob"))
                .addOperationsItem(new BatchOperation()
                        .op(BatchAction.UNFOLLOW)
                        .follower("bob")
                        .followed("alice"));
        assertThat(follows.applyBatch(batch).getOutcomes())
                .containsExactly(FollowOutcome.FOLLOWED, FollowOutcome.NOT_FOLLOWING);

        Problem problem = problem(
                () -> follows.applyBatch(new Batch()
                        .addOperationsItem(new BatchOperation()
                                .op(BatchAction.FOLLOW)
                                .follower("alice")
                                .followed("nobody"))),
                404);
        assertThat(problem.getCode()).isEqualTo(Problem.CodeEnum.UNKNOWN_USER);
        assertThat(problem.getUser()).isEqualTo("nobody");
        assertThat(problem.getOperation()).isZero();
        assertThat(problem(() -> follows.listFollowing("alice", null, null, null, 0, null), 400)
                        .getField())
                .isEqualTo("limit");
    }

    private void transfer(Path folder) throws Exception {
        TransferApi transfer = new TransferApi(client);
        Path edges = Files.writeString(folder.resolve("edges.txt"), "erin frank\nfrank erin\n");
        ImportReport report = streaming(edges).importGraph(edges.toFile(), null, "first");
        assertThat(report.getState()).isEqualTo(ImportReport.StateEnum.COMPLETED);
        assertThat(report.getCreated()).isEqualTo(2);
        assertThat(transfer.getImport("first").getUsersCreated()).isEqualTo(2);
        assertThat(follows.checkFollow("erin", "frank").getSince()).isNotNull();
        assertThat(Files.readString(transfer.exportGraph("csv").toPath())).contains("erin,frank,");
        assertThat(new OperationsApi(client).auditGraph(null).getDrift()).isZero();
    }

    private void erase() throws ApiException {
        UUID id = UUID.randomUUID();
        assertThat(users.eraseUser("erin", id, null).getId()).isEqualTo(id);
        assertThat(new OperationsApi(client).getErasure(id.toString()).getState())
                .isIn(ErasureState.RUNNING, ErasureState.COMPLETED);
        assertThat(problem(() -> users.getUser("erin", null), 404).getCode())
                .isEqualTo(Problem.CodeEnum.UNKNOWN_USER);
    }

    /** The generator's native library writes any body as JSON: an interceptor streams the file instead. */
    private TransferApi streaming(Path body) {
        ApiClient streaming = new ApiClient();
        streaming.updateBaseUri(client.getBaseUri());
        streaming.setRequestInterceptor(request -> {
            try {
                request.POST(HttpRequest.BodyPublishers.ofFile(body));
            } catch (FileNotFoundException e) {
                throw new UncheckedIOException(e);
            }
        });
        return new TransferApi(streaming);
    }

    private interface Call {
        void run() throws ApiException;
    }

    private Problem problem(Call call, int status) {
        ApiException failure = catchThrowableOfType(ApiException.class, call::run);
        assertThat(failure).isNotNull();
        assertThat(failure.getCode()).isEqualTo(status);
        try {
            return client.getObjectMapper().readValue(failure.getResponseBody(), Problem.class);
        } catch (java.io.IOException e) {
            throw new AssertionError(failure.getResponseBody(), e);
        }
    }
}
