# Reads parcels into a data frame through ADBC.
#
#   install.packages(c("adbcdrivermanager", "nanoarrow", "adbcflightsql"), repos = c("https://community.r-multiverse.org", getOption("repos")))
#   PILJI_TOKEN=... Rscript parcels.R
#
# The address comes from PILJI_URL (http://127.0.0.1:50051 when unset), the token from PILJI_TOKEN.

library(adbcdrivermanager)

url <- Sys.getenv("PILJI_URL", "http://127.0.0.1:50051")
token <- Sys.getenv("PILJI_TOKEN")
options <- if (nzchar(token)) list(adbc.flight.sql.authorization_header = paste("Bearer", token)) else list()

database <- do.call(adbc_database_init, c(list(adbcflightsql::adbcflightsql(), uri = sub("^http", "grpc", url)), options))
connection <- adbc_connection_init(database)
sql <- "SELECT sgg_nm, jimok, count(*) AS parcels FROM parcel GROUP BY sgg_nm, jimok ORDER BY parcels DESC LIMIT 10"
print(as.data.frame(read_adbc(connection, sql)))
