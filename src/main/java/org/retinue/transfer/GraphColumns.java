package org.retinue.transfer;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Which column of a line has what. A row without {@code followed} is a user.
 *
 * @param separator what stands between the columns
 * @param names of the columns, as they stand in the header; empty without one
 * @param follower the index of the column; so with the others, -1 if there is none
 */
record GraphColumns(
        Separator separator,
        List<String> names,
        int follower,
        int followed,
        int since,
        int state,
        int displayName,
        int isPrivate) {

    /** The header of an export, and every column that an import knows. */
    static final String HEADER = "follower,followed,since,state,displayName,private";

    /** Two columns without a header: the follower and the followed. */
    static final GraphColumns PAIR = new GraphColumns(Separator.ANY, List.of(), 0, 1, -1, -1, -1, -1);

    /**
     * The columns of a header.
     *
     * @return null if its names don't say which column is the follower and which the followed
     */
    static GraphColumns ofHeader(Separator separator, List<String> names) {
        List<String> plain = names.stream().map(ColumnRole::normalize).toList();
        int follower = plain.indexOf("follower");
        int followed = plain.indexOf("followed");
        if (follower < 0 || followed < 0) {
            List<ColumnRole> roles = names.stream().map(ColumnRole::of).toList();
            int[] sides = sides(roles);
            if (sides == null) {
                return null;
            }
            follower = sides[0];
            followed = sides[1];
        }
        return new GraphColumns(
                separator,
                names,
                follower,
                followed,
                plain.indexOf("since"),
                plain.indexOf("state"),
                plain.indexOf("displayname"),
                plain.indexOf("private"));
    }

    /** Whether all of these are names of columns. */
    static boolean areNames(List<String> fields) {
        return fields.stream().allMatch(field -> ColumnRole.of(field) != ColumnRole.UNKNOWN);
    }

    /** The indexes of the follower and the followed; null if they are not certain. */
    private static int[] sides(List<ColumnRole> roles) {
        List<Integer> follower = indexes(roles, ColumnRole.FOLLOWER);
        List<Integer> followed = indexes(roles, ColumnRole.FOLLOWED);
        List<Integer> following = indexes(roles, ColumnRole.FOLLOWING);
        List<Integer> user = indexes(roles, ColumnRole.USER);
        if (follower.isEmpty() && followed.isEmpty() && following.isEmpty()) {
            return pair(indexes(roles, ColumnRole.SOURCE), indexes(roles, ColumnRole.TARGET));
        }
        if (followed.isEmpty()) {
            // follower_id, following_id; or user_id, following_id; or user_id, follower_id
            List<Integer> other = following.isEmpty() ? user : following;
            return follower.isEmpty()
                    ? pair(user, following)
                    : pair(follower, other.isEmpty() ? indexes(roles, ColumnRole.TARGET) : other);
        }
        if (follower.isEmpty()) {
            // following_user_id, followed_user_id; or user_id, followed_id
            List<Integer> other = following.isEmpty() ? user : following;
            return pair(other.isEmpty() ? indexes(roles, ColumnRole.SOURCE) : other, followed);
        }
        return pair(follower, followed);
    }

    private static int[] pair(List<Integer> follower, List<Integer> followed) {
        return follower.size() == 1 && followed.size() == 1 ? new int[] {follower.get(0), followed.get(0)} : null;
    }

    private static List<Integer> indexes(List<ColumnRole> roles, ColumnRole role) {
        return IntStream.range(0, roles.size())
                .filter(i -> roles.get(i) == role)
                .boxed()
                .toList();
    }

    /** The same columns of lines with another separator. */
    GraphColumns with(Separator other) {
        return new GraphColumns(other, names, follower, followed, since, state, displayName, isPrivate);
    }

    /** The same columns, with the names of a header. */
    GraphColumns with(List<String> header) {
        return new GraphColumns(separator, header, follower, followed, since, state, displayName, isPrivate);
    }

    /** The number of columns that a line needs to be a follow. */
    int minimum() {
        return Math.max(follower, followed) + 1;
    }

    /** The field of a row; null if it is empty or absent. */
    static String field(List<String> row, int column) {
        return column < 0 || column >= row.size() || row.get(column).isEmpty() ? null : row.get(column);
    }

    /** What a report says about them. */
    ImportColumns toReport() {
        return new ImportColumns(
                name(follower), name(followed), name(since), name(state), name(displayName), name(isPrivate));
    }

    private String name(int column) {
        if (column < 0) {
            return null;
        }
        return column < names.size() ? names.get(column) : "column " + (column + 1);
    }
}
