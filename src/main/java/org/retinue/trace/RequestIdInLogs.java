package org.retinue.trace;

import io.quarkus.logging.LoggingFilter;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import org.jboss.logmanager.ExtLogRecord;

/** Says in each log line which request it is about. */
@LoggingFilter(name = "request-id")
public final class RequestIdInLogs implements Filter {

    @Override
    public boolean isLoggable(LogRecord line) {
        String id = RequestId.current();
        if (id != null && line instanceof ExtLogRecord record) {
            record.putMdc("requestId", id);
        }
        return true;
    }
}
