package kr.pilji.example;

import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Properties;

/** Counts the parcels of a 시군구 by their 지목, with a prepared statement. The server and the token are in the environment. */
public final class Parcels {
    private Parcels() {}

    public static void main(String[] arguments) throws SQLException {
        String sigungu = arguments.length > 0 ? arguments[0] : "종로구";
        String sql = "SELECT jimok, count(*) AS parcels FROM parcel WHERE sgg_nm = ? GROUP BY jimok ORDER BY parcels DESC LIMIT 5";
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, sigungu);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    System.out.println(sigungu + " " + rows.getString("jimok") + " " + rows.getLong("parcels"));
                }
            }
        }
    }

    private static Connection connect() throws SQLException {
        URI server = URI.create(System.getenv().getOrDefault("PILJI_URL", "http://127.0.0.1:50051"));
        Properties properties = new Properties();
        properties.setProperty("useEncryption", String.valueOf(server.getScheme().equals("https")));
        String token = System.getenv("PILJI_TOKEN");
        if (token != null) {
            properties.setProperty("token", token);
        }
        return DriverManager.getConnection("jdbc:arrow-flight-sql://" + server.getAuthority() + "/", properties);
    }
}
