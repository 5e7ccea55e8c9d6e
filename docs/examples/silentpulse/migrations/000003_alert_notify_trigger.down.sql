DROP TRIGGER IF EXISTS alerts_notify ON alerts;
DROP FUNCTION IF EXISTS notify_alert();
