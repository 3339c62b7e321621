package org.retinue.relationship;

import org.retinue.Caller;
import org.retinue.relationship.RelationshipModel.Act;

/** The actions of the model as calls over REST. */
final class RelationshipRest {

    private RelationshipRest() {}

    static Caller.Call call(Act act, String one, String other) {
        String user = "/v1/users/" + one;
        return switch (act) {
            case FOLLOW -> Caller.Call.of("PUT", user + "/following/" + other);
            case UNFOLLOW -> Caller.Call.of("DELETE", user + "/following/" + other);
            case REMOVE_FOLLOWER -> Caller.Call.of("DELETE", user + "/followers/" + other);
            case ACCEPT -> Caller.Call.of("PUT", user + "/requests/" + other);
            case REJECT -> Caller.Call.of("DELETE", user + "/requests/" + other);
            case BLOCK -> Caller.Call.of("PUT", user + "/blocks/" + other);
            case UNBLOCK -> Caller.Call.of("DELETE", user + "/blocks/" + other);
            case MUTE -> Caller.Call.of("PUT", user + "/mutes/" + other);
            case UNMUTE -> Caller.Call.of("DELETE", user + "/mutes/" + other);
            case SUSPEND -> Caller.Call.of("PUT", user + "/suspension");
            case RESTORE -> Caller.Call.of("DELETE", user + "/suspension");
            case ERASE -> Caller.Call.of("DELETE", user);
            case GO_PRIVATE -> new Caller.Call("PATCH", user, "{\"private\": true}");
            case GO_PUBLIC -> new Caller.Call("PATCH", user, "{\"private\": false}");
        };
    }
}
