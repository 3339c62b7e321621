package org.retinue.follow;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Changes that one statement can make, though callers asked for some of them more than once: each pair is in it with one
 * wish. What is asked twice is done once; who asked first did it, and the others find it done.
 */
final class Round {

    private final Map<Pair, Integer> places = new LinkedHashMap<>();
    private final List<Change> distinct = new ArrayList<>();
    private final List<Integer> asked = new ArrayList<>();

    /** Cuts what callers ask, in their order, into as few rounds as there can be: one, if nobody undoes another's wish. */
    static List<Round> of(List<Change> changes) {
        List<Round> rounds = new ArrayList<>(1);
        Round round = null;
        for (Change change : changes) {
            if (round == null || !round.add(change)) {
                round = new Round();
                round.add(change);
                rounds.add(round);
            }
        }
        return rounds;
    }

    /** Its changes, of distinct pairs. */
    List<Change> distinct() {
        return distinct;
    }

    /** What to tell each caller, in the order in which they asked, by what became of the distinct changes. */
    List<ChangeResult> results(List<ChangeResult> distinctResults) {
        List<ChangeResult> results = new ArrayList<>(asked.size());
        boolean[] told = new boolean[distinct.size()];
        for (int place : asked) {
            ChangeResult result = distinctResults.get(place);
            results.add(told[place] && result instanceof Changed changed ? changed.again() : result);
            told[place] = true;
        }
        return results;
    }

    private boolean add(Change change) {
        Integer place = places.putIfAbsent(change.pair(), distinct.size());
        if (place == null) {
            asked.add(distinct.size());
            distinct.add(change);
            return true;
        }
        if (distinct.get(place).wish() != change.wish()) {
            return false;
        }
        asked.add(place);
        return true;
    }
}
