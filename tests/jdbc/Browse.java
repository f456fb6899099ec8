import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;

/** Walks through a database as DBeaver does when its tree is opened, and prints every row that it is shown. */
public final class Browse {
    private Browse() {}

    private interface Listing {
        ResultSet open() throws SQLException;
    }

    public static void main(String[] arguments) throws Exception {
        String[] tables = {"TABLE", "VIEW"};
        try (Connection connection = DriverManager.getConnection(arguments[0])) {
            DatabaseMetaData metadata = connection.getMetaData();
            System.out.println("product\t" + metadata.getDatabaseProductName());
            System.out.println("read only\t" + metadata.isReadOnly() + connection.isReadOnly());
            System.out.println("valid\t" + connection.isValid(5));
            show("types", metadata::getTypeInfo);
            show("catalogs", metadata::getCatalogs);
            show("schemas", metadata::getSchemas);
            show("schemas of catalog", () -> metadata.getSchemas("pilji", "pub%"));
            show("table types", metadata::getTableTypes);
            show("all tables", () -> metadata.getTables(null, null, "%", null));
            show("tables", () -> metadata.getTables("pilji", "public", "%", tables));
            show("columns", () -> metadata.getColumns("pilji", "public", "parcel", "%"));
            show("some columns", () -> metadata.getColumns(null, null, "par%", "%_nm"));
            show("primary keys", () -> metadata.getPrimaryKeys("pilji", "public", "parcel"));
            show("imported keys", () -> metadata.getImportedKeys("pilji", "public", "parcel"));
            show("exported keys", () -> metadata.getExportedKeys("pilji", "public", "parcel"));
            show(
                    "cross reference",
                    () -> metadata.getCrossReference("pilji", "public", "parcel", "pilji", "public", "parcel"));
            show("indexes", () -> metadata.getIndexInfo("pilji", "public", "parcel", false, true));
            show("procedures", () -> metadata.getProcedures("pilji", "public", "%"));
            show("functions", () -> metadata.getFunctions("pilji", "public", "%"));
            show("versions", () -> metadata.getVersionColumns("pilji", "public", "parcel"));
            show("privileges", () -> metadata.getTablePrivileges("pilji", "public", "parcel"));
            show(
                    "first rows",
                    () -> connection.createStatement().executeQuery("SELECT * FROM public.parcel ORDER BY pnu LIMIT 2"));
        }
    }

    private static void show(String title, Listing listing) {
        try (ResultSet rows = listing.open()) {
            ResultSetMetaData columns = rows.getMetaData();
            int n = 0;
            while (rows.next()) {
                StringBuilder line = new StringBuilder(title);
                for (int idx = 1; idx <= columns.getColumnCount(); idx++) {
                    Object value = rows.getObject(idx);
                    String text = value instanceof byte[] bytes ? bytes.length + " bytes" : String.valueOf(value);
                    line.append('\t').append(columns.getColumnLabel(idx)).append('=').append(text);
                }
                System.out.println(line);
                n++;
            }
            System.out.println(title + "\t" + n + " rows");
        } catch (SQLException | RuntimeException failure) {
            System.out.println(title + "\tFAILED " + failure);
        }
    }
}
