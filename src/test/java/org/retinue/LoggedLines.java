package org.retinue;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.PatternFormatter;

/** What the service logs while this is open: at INFO and above, and of its own classes at DEBUG too. */
public final class LoggedLines extends Handler implements AutoCloseable {

    private final Logger root = Logger.getLogger("");
    private final Logger ours = Logger.getLogger("org.retinue");
    private final List<String> messages = new CopyOnWriteArrayList<>();

    /** Level, category, message, and the exception with its causes. */
    private final PatternFormatter format = new PatternFormatter("%p %c %s%n%e%n");

    /** Listens from now on. */
    public LoggedLines() {
        ours.setLevel(Level.FINE);
        setLevel(Level.ALL);
        root.addHandler(this);
    }

    /** All of it so far. */
    public String text() {
        return String.join("", messages);
    }

    @Override
    public void publish(LogRecord message) {
        messages.add(format.format(ExtLogRecord.wrap(message)));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        root.removeHandler(this);
        ours.setLevel(null);
    }
}
