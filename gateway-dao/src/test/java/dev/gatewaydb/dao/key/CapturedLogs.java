package dev.gatewaydb.dao.key;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.slf4j.LoggerFactory;

/** Everything that anybody logs at any level, the driver included, until it is closed. */
final class CapturedLogs implements AutoCloseable {
  private final StringBuffer text = new StringBuffer();
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final java.util.logging.Logger driver =
      java.util.logging.Logger.getLogger("org.postgresql");
  private final Level levelBefore = root.getLevel();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          text.append(event.getFormattedMessage()).append('\n');
          for (IThrowableProxy t = event.getThrowableProxy(); t != null; t = t.getCause()) {
            text.append(t.getMessage()).append('\n');
          }
        }
      };
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord entry) {
          text.append(new SimpleFormatter().format(entry));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  private CapturedLogs() {}

  static CapturedLogs start() {
    CapturedLogs logs = new CapturedLogs();
    logs.appender.setContext(logs.root.getLoggerContext());
    logs.appender.start();
    logs.root.setLevel(Level.TRACE);
    logs.root.detachAppender("stderr");
    logs.root.addAppender(logs.appender);
    logs.handler.setLevel(java.util.logging.Level.ALL);
    logs.driver.setLevel(java.util.logging.Level.ALL);
    logs.driver.setUseParentHandlers(false);
    logs.driver.addHandler(logs.handler);
    return logs;
  }

  String text() {
    return text.toString();
  }

  @Override
  public void close() {
    root.detachAppender(appender);
    root.setLevel(levelBefore);
    driver.removeHandler(handler);
    driver.setUseParentHandlers(true);
    driver.setLevel(null);
    LogManager.getLogManager().getLogger("").setLevel(java.util.logging.Level.INFO);
  }
}
