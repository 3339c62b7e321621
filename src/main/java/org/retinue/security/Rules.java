package org.retinue.security;

import static org.retinue.security.Scope.ADMIN;
import static org.retinue.security.Scope.READ;
import static org.retinue.security.Scope.WRITE;
import static org.retinue.security.Who.ADMINS;
import static org.retinue.security.Who.EITHER;
import static org.retinue.security.Who.EVERYBODY;
import static org.retinue.security.Who.OTHER;
import static org.retinue.security.Who.OWN_OPERATIONS;
import static org.retinue.security.Who.SEES;
import static org.retinue.security.Who.SEES_KNOWN_TO;
import static org.retinue.security.Who.SEES_PATH;
import static org.retinue.security.Who.SEES_SETS;
import static org.retinue.security.Who.SEES_UNLESS_BLOCKED;
import static org.retinue.security.Who.SELF;
import static org.retinue.security.Who.SELF_BUT_NOT_ITS_NAME;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jboss.resteasy.reactive.common.util.Encode;

/**
 * The rules: who may do what. What no rule names, nobody may do. docs/security.md has the same table, and says why.
 */
final class Rules {

    /** What is open to anybody, with all that is below it. */
    static final List<String> OPEN = List.of("/q/health", "/q/metrics", "/q/openapi", "/q/swagger-ui");

    static final List<Rule> TABLE = List.of(
            new Rule("GET", "/v1/users", READ, EVERYBODY),
            new Rule("GET", "/v1/users/{username}", READ, EVERYBODY),
            new Rule("PUT", "/v1/users/{username}", WRITE, SELF),
            new Rule("PATCH", "/v1/users/{username}", WRITE, SELF_BUT_NOT_ITS_NAME),
            new Rule("DELETE", "/v1/users/{username}", WRITE, SELF),
            //
            new Rule("GET", "/v1/users/{username}/following", READ, SEES),
            new Rule("GET", "/v1/users/{username}/following/{other}", READ, SEES_UNLESS_BLOCKED),
            new Rule("PUT", "/v1/users/{username}/following/{other}", WRITE, SELF),
            new Rule("DELETE", "/v1/users/{username}/following/{other}", WRITE, EITHER),
            new Rule("GET", "/v1/users/{username}/followers", READ, SEES_KNOWN_TO),
            new Rule("GET", "/v1/users/{username}/followers/{other}", READ, SEES_UNLESS_BLOCKED),
            new Rule("PUT", "/v1/users/{username}/followers/{other}", WRITE, OTHER),
            new Rule("DELETE", "/v1/users/{username}/followers/{other}", WRITE, EITHER),
            new Rule("POST", "/v1/batch", WRITE, OWN_OPERATIONS),
            //
            new Rule("GET", "/v1/users/{username}/relationships", READ, SELF),
            new Rule("POST", "/v1/users/{username}/relationships", READ, SELF),
            new Rule("GET", "/v1/users/{username}/requests", READ, SELF),
            new Rule("PUT", "/v1/users/{username}/requests", WRITE, SELF),
            new Rule("GET", "/v1/users/{username}/requests/{other}", READ, SELF),
            new Rule("PUT", "/v1/users/{username}/requests/{other}", WRITE, SELF),
            new Rule("DELETE", "/v1/users/{username}/requests/{other}", WRITE, SELF),
            new Rule("GET", "/v1/users/{username}/blocks", READ, SELF),
            new Rule("GET", "/v1/users/{username}/blocks/{other}", READ, SELF),
            new Rule("PUT", "/v1/users/{username}/blocks/{other}", WRITE, SELF),
            new Rule("DELETE", "/v1/users/{username}/blocks/{other}", WRITE, SELF),
            new Rule("GET", "/v1/users/{username}/mutes", READ, SELF),
            new Rule("GET", "/v1/users/{username}/mutes/{other}", READ, SELF),
            new Rule("PUT", "/v1/users/{username}/mutes/{other}", WRITE, SELF),
            new Rule("DELETE", "/v1/users/{username}/mutes/{other}", WRITE, SELF),
            //
            new Rule("GET", "/v1/users/{username}/mutuals", READ, SEES),
            new Rule("GET", "/v1/users/{username}/suggestions", READ, SELF),
            new Rule("GET", "/v1/users/{username}/path/{other}", READ, SEES_PATH),
            new Rule("GET", "/v1/select", READ, SEES_SETS),
            new Rule("GET", "/v1/select/count", READ, SEES_SETS),
            // A receipt tells nothing of the user, and its id can't be guessed.
            new Rule("GET", "/v1/erasures/{id}", READ, EVERYBODY),
            //
            new Rule("GET", "/v1/users/{username}/suspension", ADMIN, ADMINS),
            new Rule("PUT", "/v1/users/{username}/suspension", ADMIN, ADMINS),
            new Rule("DELETE", "/v1/users/{username}/suspension", ADMIN, ADMINS),
            new Rule("POST", "/v1/imports", ADMIN, ADMINS),
            new Rule("GET", "/v1/imports/{id}", ADMIN, ADMINS),
            new Rule("GET", "/v1/export", ADMIN, ADMINS),
            new Rule("GET", "/v1/audit", ADMIN, ADMINS),
            new Rule("POST", "/v1/audit/repairs", ADMIN, ADMINS));

    private static final Step ROOT = tree();

    private Rules() {}

    /**
     * What the rules say of a route.
     *
     * @param rule null when there is none for the method
     * @param methods those that there is one for; empty when the route is none
     * @param names the users in the path, by the names of their places
     */
    record Match(Rule rule, Set<String> methods, Map<String, String> names) {

        String username() {
            return names.get("username");
        }

        String other() {
            return names.get("other");
        }
    }

    /** A piece of paths, and what follows on it. */
    private static final class Step {

        private final Map<String, Step> literals = new HashMap<>();
        private final Map<String, Rule> rules = new TreeMap<>();
        private Step variable;
        private String name;
        /** The path of a rule that ends here; null if none does. */
        private String template;

        private Step next(String piece) {
            Step literal = literals.get(piece);
            return literal != null || piece.isEmpty() ? literal : variable;
        }
    }

    /** Whether a path needs no token. */
    static boolean isOpen(String path) {
        for (String open : OPEN) {
            if (path.startsWith(open) && (path.length() == open.length() || path.charAt(open.length()) == '/')) {
                return true;
            }
        }
        return false;
    }

    /**
     * Finds the rule of a route, as the framework finds its resource: by the pieces of the path, a last empty one left
     * aside, and with names decoded by the same code.
     *
     * @param path normalized, and not decoded
     */
    static Match find(String method, String path) {
        Step step = ROOT;
        Map<String, String> names = Map.of();
        int begin = 1;
        while (begin < path.length()) {
            int slash = path.indexOf('/', begin);
            int end = slash < 0 ? path.length() : slash;
            String piece = path.substring(begin, end);
            Step next = step.next(piece);
            if (next == null) {
                return new Match(null, Set.of(), Map.of());
            }
            if (next == step.variable) {
                if (names.isEmpty()) {
                    names = new HashMap<>();
                }
                names.put(step.name, Encode.decodePath(piece));
            }
            step = next;
            begin = end + 1;
        }
        return new Match(step.rules.get(method), step.rules.keySet(), names);
    }

    /** Returns the path template of the route that a path belongs to, for any method; empty if no route matches. */
    static Optional<String> template(String path) {
        if (!path.startsWith("/")) {
            return Optional.empty();
        }
        Step step = ROOT;
        for (int begin = 1; step != null && begin < path.length(); ) {
            int slash = path.indexOf('/', begin);
            int end = slash < 0 ? path.length() : slash;
            step = step.next(path.substring(begin, end));
            begin = end + 1;
        }
        return step == null ? Optional.empty() : Optional.ofNullable(step.template);
    }

    private static Step tree() {
        Step root = new Step();
        for (Rule rule : TABLE) {
            Step step = root;
            for (String piece : rule.path().substring(1).split("/", -1)) {
                if (!piece.startsWith("{")) {
                    step = step.literals.computeIfAbsent(piece, literal -> new Step());
                    continue;
                }
                if (step.variable == null) {
                    step.variable = new Step();
                    step.name = piece.substring(1, piece.length() - 1);
                }
                step = step.variable;
            }
            step.rules.put(rule.method(), rule);
            step.template = rule.path();
        }
        return root;
    }
}
