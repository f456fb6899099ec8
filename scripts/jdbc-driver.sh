#!/usr/bin/env bash
# Prints the path of Arrow's Flight SQL JDBC driver of the version given (`jdbc-driver.sh 18.3.0`), got by Maven.
# Installs Java and Maven where it may (as root, on Debian); exits with 1 and says why when they are missing.
set -euo pipefail

readonly version=${1:?usage: jdbc-driver.sh VERSION}
readonly artifact=flight-sql-jdbc-driver

missing() { ! command -v java >/dev/null || ! command -v javac >/dev/null || ! command -v mvn >/dev/null; }

if missing; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "Java (a JDK of 17 or newer) and Maven are not installed; on Debian or Ubuntu: sudo apt-get install openjdk-17-jdk-headless maven" >&2
        exit 1
    fi
    {
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -q
        jdk=$(apt-cache search --names-only '^openjdk-[0-9]+-jdk-headless$' | cut -d ' ' -f 1 | sort -V | tail -n 1)
        apt-get install -y -q --no-install-recommends "${jdk:-default-jdk-headless}" maven
    } >&2
fi
readonly folder=${XDG_CACHE_HOME:-$HOME/.cache}/pilji/jdbc
readonly jar=$folder/$artifact-$version.jar
if [ ! -s "$jar" ]; then
    mvn -B -q -Dstyle.color=never org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
        -Dartifact="org.apache.arrow:$artifact:$version" -DoutputDirectory="$folder" >&2
fi
echo "$jar"
