package org.retinue.security;

import io.quarkus.security.credential.Credential;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import java.security.Permission;
import java.security.Principal;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who calls, as its token says. To Quarkus it is an identity whose roles are its scopes.
 *
 * @param name the user's name; of an admin, it need be no user's
 * @param scopes what the token lets it do
 */
record Caller(String name, Set<Scope> scopes) implements SecurityIdentity {

    /** Whether the token holds a scope, by itself or within {@code follows:admin}. */
    boolean has(Scope scope) {
        return isAdmin() || scopes.contains(scope);
    }

    boolean isAdmin() {
        return scopes.contains(Scope.ADMIN);
    }

    /** Whether this is the caller's own name. */
    boolean is(String username) {
        return name.equals(username);
    }

    @Override
    public Principal getPrincipal() {
        return () -> name;
    }

    @Override
    public boolean isAnonymous() {
        return false;
    }

    @Override
    public Set<String> getRoles() {
        return scopes.stream().map(Scope::toString).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public boolean hasRole(String role) {
        return getRoles().contains(role);
    }

    @Override
    public Set<Permission> getPermissions() {
        return Set.of();
    }

    @Override
    public <T extends Credential> T getCredential(Class<T> type) {
        return null;
    }

    @Override
    public Set<Credential> getCredentials() {
        return Set.of();
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // the interface's own form
    public <T> T getAttribute(String attribute) {
        return null;
    }

    @Override
    public Map<String, Object> getAttributes() {
        return Map.of();
    }

    @Override
    public Uni<Boolean> checkPermission(Permission permission) {
        return Uni.createFrom().item(false);
    }
}
