import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.Date;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.Timer;
import java.util.TimerTask;

/** Runs statements through JDBC and prints what comes: title, tab, rows separated by "; ". */
public final class Statements {
    private Statements() {}

    private interface Binding {
        void bind(PreparedStatement statement) throws SQLException;
    }

    public static void main(String[] arguments) throws Exception {
        try (Connection connection = DriverManager.getConnection(arguments[0])) {
            for (int run = 0; run < 2; run++) {
                try (Statement statement = connection.createStatement()) {
                    print("plain", rows(statement.executeQuery("SELECT 1 AS a, '필지' AS b, NULL AS c")));
                }
            }
            parameters(connection);
            nulls(connection);
            reused(connection);
            updates(connection);
            writes(connection);
            errors(connection);
            many(connection);
        }
        // The driver counts a batch that arrives while it cancels as leaked memory: then close() fails, and a thread of
        // the connection stays. So this comes last, and the program ends without either.
        cancelled(DriverManager.getConnection(arguments[0]));
        System.exit(0);
    }

    private static void parameters(Connection connection) {
        ask(connection, "string", "SELECT ? AS a", s -> s.setString(1, "필지"));
        ask(connection, "int", "SELECT ?::int AS a", s -> s.setInt(1, 7));
        ask(connection, "short", "SELECT ?::smallint AS a", s -> s.setShort(1, (short) 7));
        ask(connection, "byte", "SELECT ?::tinyint AS a", s -> s.setByte(1, (byte) 7));
        ask(connection, "long", "SELECT ? + 1 AS a", s -> s.setLong(1, 7));
        ask(connection, "int as long", "SELECT ? + 1 AS a", s -> s.setInt(1, 7));
        ask(connection, "float", "SELECT ?::real AS a", s -> s.setFloat(1, 1.5f));
        ask(connection, "double", "SELECT sqrt(?) AS a", s -> s.setDouble(1, 6.25));
        ask(connection, "decimal", "SELECT ?::decimal(10, 2) AS a", s -> s.setBigDecimal(1, new BigDecimal("12.34")));
        ask(connection, "boolean", "SELECT NOT ?::boolean AS a", s -> s.setBoolean(1, true));
        ask(connection, "date", "SELECT ?::date AS a", s -> s.setDate(1, Date.valueOf("2021-05-01")));
        ask(connection, "time", "SELECT ?::time AS a", s -> s.setTime(1, Time.valueOf("12:34:56")));
        ask(
                connection,
                "timestamp",
                "SELECT date_part('hour', ?::timestamp) AS a",
                s -> s.setTimestamp(1, Timestamp.valueOf("2021-05-01 12:34:56")));
        ask(
                connection,
                "timestamp compared",
                "SELECT TIMESTAMP '2021-05-01 12:34:56' = ? AS a",
                s -> s.setTimestamp(1, Timestamp.valueOf("2021-05-01 12:34:56")));
        ask(connection, "bytes", "SELECT encode(?::bytea, 'hex') AS a", s -> s.setBytes(1, new byte[] {1, 2}));
        ask(connection, "object", "SELECT pnu IS NOT NULL AS a FROM parcel WHERE jimok = ? LIMIT ?", s -> {
            s.setObject(1, "대");
            s.setObject(2, 2L);
        });
        ask(connection, "reversed", "SELECT $2 AS a, $1 AS b", s -> {
            s.setString(1, "x");
            s.setString(2, "y");
        });
    }

    private static void nulls(Connection connection) {
        ask(connection, "null string", "SELECT ? AS a", s -> s.setNull(1, Types.VARCHAR));
        ask(connection, "null int", "SELECT ?::int AS a", s -> s.setNull(1, Types.INTEGER));
        ask(connection, "null double", "SELECT sqrt(?) AS a", s -> s.setNull(1, Types.DOUBLE));
        ask(connection, "null date", "SELECT ?::date AS a", s -> s.setNull(1, Types.DATE));
        ask(connection, "null object", "SELECT ? AS a", s -> s.setObject(1, null));
    }

    private static void reused(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT ? + 1 AS a")) {
            StringBuilder all = new StringBuilder();
            for (long n = 0; n < 3; n++) {
                statement.setLong(1, n);
                all.append(rows(statement.executeQuery())).append(' ');
            }
            print("reused", all.toString().trim());
        }
    }

    private static void updates(Connection connection) {
        try (Statement statement = connection.createStatement()) {
            print("set", statement.executeUpdate("SET geometry_format = 'wkt'"));
            print("shown", rows(statement.executeQuery("SHOW geometry_format")));
            print("reset", statement.execute("RESET geometry_format"));
        } catch (SQLException failure) {
            print("set", "FAILED " + failure.getMessage());
        }
    }

    private static void writes(Connection connection) {
        try (Statement statement = connection.createStatement()) {
            print("create table", statement.executeUpdate("CREATE TABLE written (a BIGINT, b VARCHAR, c DATE, d DOUBLE)"));
            print("insert", statement.executeUpdate("INSERT INTO written VALUES (1, '가', DATE '2021-05-01', 1.5)"));
            try (PreparedStatement batch = connection.prepareStatement("INSERT INTO written VALUES (?, ?, ?, ?)")) {
                for (long n = 2; n <= 101; n++) {
                    batch.setLong(1, n);
                    batch.setString(2, n % 2 == 0 ? "나" : null);
                    batch.setDate(3, Date.valueOf("2021-05-02"));
                    batch.setDouble(4, n / 2.0);
                    batch.addBatch();
                }
                long sum = 0;
                for (int changed : batch.executeBatch()) {
                    sum += changed;
                }
                print("batch", sum);
            }
            String sums = "SELECT count(*), sum(a), count(b), min(c), max(c), sum(d) FROM written";
            print("written", rows(statement.executeQuery(sums)));
            String copied = "CREATE TABLE copied AS SELECT a FROM written WHERE a > 50";
            print("create table as", statement.executeUpdate(copied));
            print("drop", statement.executeUpdate("DROP TABLE written") + statement.executeUpdate("DROP TABLE copied"));
        } catch (SQLException | RuntimeException failure) {
            print("writes", "FAILED " + reason(failure));
        }
    }

    private static void errors(Connection connection) {
        ask(connection, "syntax", "SELEC 1", s -> {});
        ask(connection, "no table", "SELECT * FROM nothing", s -> {});
        ask(connection, "no value", "SELECT ? AS a", s -> {});
    }

    private static void many(Connection connection) throws SQLException {
        long sum = 0;
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT value, value::text AS t FROM generate_series(1, 1000000)")) {
            while (rows.next()) {
                sum += rows.getLong(1) + (rows.getString(2).isEmpty() ? 1 : 0);
            }
        }
        print("1,000,000 rows", sum);
    }

    private static void cancelled(Connection connection) throws SQLException {
        String endless = "SELECT a.value FROM generate_series(1, 1000000) a CROSS JOIN generate_series(1, 1000000) b";
        long began = System.nanoTime();
        try (Statement statement = connection.createStatement()) {
            Timer timer = new Timer(true);
            timer.schedule(
                    new TimerTask() {
                        @Override
                        public void run() {
                            try {
                                statement.cancel();
                            } catch (SQLException failure) {
                                print("cancel", "FAILED " + failure);
                            }
                        }
                    },
                    300);
            ResultSet rows = statement.executeQuery(endless);
            while (rows.next()) {
                rows.getLong(1);
            }
            print("cancelled", "read to its end");
        } catch (SQLException | RuntimeException failure) {
            long milliseconds = (System.nanoTime() - began) / 1_000_000;
            print("cancelled", milliseconds < 5000 ? "within 5 s" : "after " + milliseconds + " ms");
        }
        try (Statement statement = connection.createStatement()) {
            print("after that", rows(statement.executeQuery("SELECT 1 AS a")));
        }
    }

    private static void ask(Connection connection, String title, String sql, Binding binding) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            binding.bind(statement);
            print(title, rows(statement.executeQuery()));
        } catch (SQLException | RuntimeException failure) {
            print(title, "FAILED " + reason(failure));
        }
    }

    /** The message of the innermost cause, on one line: the driver's own says no more than what it was doing. */
    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage()).replace('\n', ' ');
    }

    private static String rows(ResultSet rows) throws SQLException {
        StringBuilder text = new StringBuilder();
        int columns = rows.getMetaData().getColumnCount();
        while (rows.next()) {
            text.append(text.isEmpty() ? "" : "; ");
            for (int idx = 1; idx <= columns; idx++) {
                text.append(idx == 1 ? "" : ", ").append(rows.getObject(idx));
            }
        }
        rows.close();
        return text.toString();
    }

    private static void print(String title, Object value) {
        System.out.println(title + "\t" + value);
    }
}
