package io.portolan.central.reconcile;

import io.portolan.central.store.Term;
import java.lang.System.Logger.Level;
import java.util.Optional;

/** One time of leading; its threads end with it. Identity tells two apart. */
final class Leading {
    private final Term term;
    private volatile boolean over;

    Leading(Term term) {
        this.term = term;
    }

    Term term() {
        return term;
    }

    boolean over() {
        return over;
    }

    void end() {
        over = true;
    }

    /** Of what goes wrong: who leads no more may ask a store that was closed already. */
    static Level level(Optional<Leading> by) {
        return by.filter(l -> !l.over).isPresent() ? Level.WARNING : Level.DEBUG;
    }
}
