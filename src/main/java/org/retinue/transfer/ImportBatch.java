package org.retinue.transfer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.retinue.follow.Change;
import org.retinue.follow.Pair;
import org.retinue.user.UserDirectory;

/**
 * Lines that are written together.
 *
 * @param named the lines that are users
 * @param follows the lines that are follows
 * @param rejected the lines that can't be taken
 * @param users every user that the lines name, once
 * @param edges every follow, once
 * @param isLast whether the stream ends here
 */
record ImportBatch(
        List<Entry.User> named,
        List<Entry.Edge> follows,
        List<Entry.Rejected> rejected,
        List<UserDirectory.Entry> users,
        List<Change> edges,
        boolean isLast) {

    static ImportBatch of(List<Entry> entries, boolean isLast) {
        List<Entry.User> named = new ArrayList<>();
        List<Entry.Edge> follows = new ArrayList<>(entries.size());
        List<Entry.Rejected> rejected = new ArrayList<>();
        Map<String, UserDirectory.Entry> users = new LinkedHashMap<>();
        Map<Pair, Change> edges = new LinkedHashMap<>();
        for (Entry entry : entries) {
            if (entry instanceof Entry.Edge edge) {
                follows.add(edge);
                edges.putIfAbsent(edge.change().pair(), edge.change());
            } else if (entry instanceof Entry.User user) {
                named.add(user);
                users.putIfAbsent(user.user().username(), user.user());
            } else if (entry instanceof Entry.Rejected line) {
                rejected.add(line);
            }
        }
        for (Pair pair : edges.keySet()) {
            users.computeIfAbsent(pair.follower(), name -> new UserDirectory.Entry(name, null, null));
            users.computeIfAbsent(pair.followed(), name -> new UserDirectory.Entry(name, null, null));
        }
        return new ImportBatch(
                named, follows, rejected, List.copyOf(users.values()), List.copyOf(edges.values()), isLast);
    }
}
