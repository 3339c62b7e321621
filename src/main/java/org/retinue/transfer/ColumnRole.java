package org.retinue.transfer;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the name of a column says about it. */
enum ColumnRole {
    /** The user that follows. */
    FOLLOWER,
    /** The user that is followed. */
    FOLLOWED,
    /** The follower beside a name for the followed, and the followed beside any other name. */
    FOLLOWING,
    /** Where an edge begins, as Gephi, Neo4j and SNAP name it: the follower beside {@link #TARGET}. */
    SOURCE,
    /** Where an edge ends. */
    TARGET,
    /** The other side of a follow, whichever that is. */
    USER,
    /** A name that files have for other columns. */
    OTHER,
    /** No name that is known. */
    UNKNOWN;

    private static final Map<ColumnRole, Set<String>> NAMES = Map.of(
            FOLLOWER, people("follower", "followedby"),
            FOLLOWED, people("followed", "followee", "leader", "targetaccount", "targetuser"),
            FOLLOWING, people("following", "follows"),
            SOURCE, people("source", "src", "from", "fromnode", "fromuser", "start", "sourcenode", "sourceuser"),
            TARGET, people("target", "dst", "dest", "to", "tonode", "touser", "end", "targetnode"),
            USER, people("user", "account", "member", "profile"),
            OTHER,
                    Set.of(
                            "id",
                            "name",
                            "label",
                            "type",
                            "weight",
                            "timestamp",
                            "time",
                            "timeset",
                            "date",
                            "createdat",
                            "updatedat",
                            "deletedat",
                            "since",
                            "state",
                            "status",
                            "displayname",
                            "private",
                            "email",
                            "handle",
                            "screenname",
                            "address",
                            "accountaddress",
                            "showboosts",
                            "notifyonnewposts",
                            "languages",
                            "url",
                            "count",
                            "followers",
                            "friend",
                            "friendid",
                            "subscriber",
                            "subscriberid",
                            "channel",
                            "channelid",
                            "actor",
                            "object",
                            "subject",
                            "parent",
                            "child",
                            "sign",
                            "rating"));

    /** What the name of a column says; case, spaces and punctuation don't matter. */
    static ColumnRole of(String name) {
        String letters = normalize(name);
        return NAMES.entrySet().stream()
                .filter(role -> role.getValue().contains(letters))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(UNKNOWN);
    }

    /** A name with its letters and digits alone, in lower case: {@code followerid} for {@code Follower_ID}. */
    static String normalize(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
    }

    /** Names with the endings that columns of people have. */
    private static Set<String> people(String... names) {
        return Stream.of(names)
                .flatMap(name -> Stream.of("", "id", "name", "username", "userid", "user", "handle", "uuid")
                        .map(ending -> name + ending))
                .collect(Collectors.toUnmodifiableSet());
    }
}
