package org.retinue.page;

import org.retinue.problem.Problem;
import org.retinue.problem.Quoted;

/** Which end of a list comes first. */
public enum Order {
    /** The latest {@code since} first. */
    NEWEST,
    /** The earliest {@code since} first. */
    OLDEST;

    /** Reads the parameter {@code order}; null is newest. */
    static Order parse(String order) {
        if (order == null || order.equals("newest")) {
            return NEWEST;
        }
        if (order.equals("oldest")) {
            return OLDEST;
        }
        throw Problem.malformed("order", "order must be newest or oldest, got " + Quoted.of(order));
    }
}
