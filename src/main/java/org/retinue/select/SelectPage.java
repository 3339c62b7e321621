package org.retinue.select;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.retinue.user.NamePage;

/**
 * A part of a set of users.
 *
 * @param items the users
 * @param next the cursor of the page after this one; null on the last
 */
@Schema(example = "{\"items\": [{\"username\": \"dave\", \"displayName\": \"Dave D.\"}], \"next\": null}")
@RegisterForReflection
public record SelectPage(
        List<NamePage.Item> items, @Schema(nullable = true) String next) {}
