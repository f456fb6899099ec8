import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Comparator;

/**
 * Prints what every getter without arguments of {@link DatabaseMetaData} answers, a line each: name, whether the driver asks
 * the server for it ("server") or has it built in ("driver"), value.
 */
public final class Getters {
    private Getters() {}

    public static void main(String[] arguments) throws Exception {
        try (Connection connection = DriverManager.getConnection(arguments[0])) {
            DatabaseMetaData metadata = connection.getMetaData();
            Method[] methods = DatabaseMetaData.class.getDeclaredMethods();
            Arrays.sort(methods, Comparator.comparing(Method::getName));
            for (Method method : methods) {
                if (method.getParameterCount() == 0) {
                    System.out.println(
                            String.join("\t", method.getName(), origin(method, metadata), answer(method, metadata)));
                }
            }
        }
    }

    private static String origin(Method method, DatabaseMetaData metadata) throws NoSuchMethodException {
        Class<?> owner = metadata.getClass().getMethod(method.getName()).getDeclaringClass();
        return owner.getName().contains("avatica") ? "driver" : "server";
    }

    private static String answer(Method method, DatabaseMetaData metadata) throws IllegalAccessException, SQLException {
        try {
            Object value = method.invoke(metadata);
            return value instanceof ResultSet rows ? rows(rows) : String.valueOf(value);
        } catch (InvocationTargetException failure) {
            return "FAILED " + failure.getCause();
        }
    }

    /** "rows" and the first column of each. */
    private static String rows(ResultSet rows) throws SQLException {
        StringBuilder names = new StringBuilder("rows");
        while (rows.next()) {
            names.append(' ').append(rows.getString(1));
        }
        rows.close();
        return names.toString();
    }
}
