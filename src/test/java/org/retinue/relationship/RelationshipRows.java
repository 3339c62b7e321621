package org.retinue.relationship;

import io.vertx.mutiny.sqlclient.Row;
import java.util.Map;
import java.util.TreeMap;
import org.retinue.TestDatabase;
import org.retinue.follow.FollowState;

/** The rows of the association, as the model tells them. */
final class RelationshipRows {

    private RelationshipRows() {}

    static Map<String, String> all() {
        Map<String, String> table = new TreeMap<>();
        for (Row row : TestDatabase.sql("""
                select a.username as one, b.username as other, f.state::text as state,
                    f.blocks_since is not null as blocks, f.blocked_by_since is not null as blocked_by,
                    f.mutes_since is not null as mutes
                from follows f
                left join users a on a.id = f.follower_id
                left join users b on b.id = f.followed_id
                """)) {
            table.put(
                    row.getString("one") + " > " + row.getString("other"),
                    RelationshipModel.told(
                            FollowState.of(row.getString("state")),
                            row.getBoolean("blocks"),
                            row.getBoolean("blocked_by"),
                            row.getBoolean("mutes")));
        }
        return table;
    }
}
