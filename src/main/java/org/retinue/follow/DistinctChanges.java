package org.retinue.follow;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What callers ask, each of it once. What is asked twice is done once: who asked first did it, and the others find it done.
 */
final class DistinctChanges {

    private final Map<Change, Integer> places = new LinkedHashMap<>();
    private final List<Integer> asked;

    /** In the order in which callers ask; those who ask of the same pair ask the same. */
    DistinctChanges(List<Change> changes) {
        asked = new ArrayList<>(changes.size());
        for (Change change : changes) {
            Integer before = places.putIfAbsent(change, places.size());
            asked.add(before == null ? places.size() - 1 : before);
        }
    }

    /** Each of it once. */
    List<Change> list() {
        return List.copyOf(places.keySet());
    }

    /** What to tell each caller, in the order in which they asked, by what became of the distinct changes. */
    List<ChangeResult> results(List<ChangeResult> distinctResults) {
        List<ChangeResult> results = new ArrayList<>(asked.size());
        boolean[] told = new boolean[places.size()];
        for (int place : asked) {
            ChangeResult result = distinctResults.get(place);
            results.add(told[place] && result instanceof Changed changed ? changed.again() : result);
            told[place] = true;
        }
        return results;
    }
}
