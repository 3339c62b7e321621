package org.retinue.follow;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Removes duplicate commands of a batch. The first caller of a command receives its result, the others its repetition. */
final class DistinctChanges {

    private final Map<Change, Integer> positions = new LinkedHashMap<>();
    private final List<Integer> positionOfCall;

    /** Takes the commands in the order of the calls. Commands for the same pair are equal. */
    DistinctChanges(List<Change> changes) {
        positionOfCall = new ArrayList<>(changes.size());
        for (Change change : changes) {
            Integer first = positions.putIfAbsent(change, positions.size());
            positionOfCall.add(first == null ? positions.size() - 1 : first);
        }
    }

    /** Each command once. */
    List<Change> list() {
        return List.copyOf(positions.keySet());
    }

    /** Expands the results of the distinct commands to one result per call. */
    List<ChangeResult> results(List<ChangeResult> distinctResults) {
        List<ChangeResult> results = new ArrayList<>(positionOfCall.size());
        boolean[] returned = new boolean[positions.size()];
        for (int position : positionOfCall) {
            ChangeResult result = distinctResults.get(position);
            results.add(returned[position] && result instanceof Changed changed ? changed.repeated() : result);
            returned[position] = true;
        }
        return results;
    }
}
