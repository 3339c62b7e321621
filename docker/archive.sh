#!/bin/sh
# Starts the service once, on a database of its own that is thrown away, and has the JVM keep what it loaded: a JVM of 25
# or newer in an AOT cache, an older one in an archive of classes. Both are of the very JVM that made them, so this runs
# in the image's base. What a start needs for it goes to java.args.
set -eu
cd /retinue

if java -XX:+PrintFlagsFinal -version 2>/dev/null | grep -q ' AOTCacheOutput '; then
    keep=-XX:AOTCacheOutput=/retinue/retinue.aot
    use=-XX:AOTCache=/retinue/retinue.aot
else
    keep=-XX:ArchiveClassesAtExit=/retinue/retinue.jsa
    use=-XX:SharedArchiveFile=/retinue/retinue.jsa
fi

RETINUE_DATA=$(mktemp -d)
export RETINUE_DATA
# shellcheck disable=SC2046 # an option a line
java "$keep" $(cat java.args) -jar quarkus-run.jar &
service=$!
until java -cp 'app/*' org.retinue.Health; do
    kill -0 "$service"
    sleep 1
done
kill -TERM "$service"
# 143: it ended by that signal
wait "$service" || [ $? -eq 143 ]
rm -rf "$RETINUE_DATA"
test -s "${use#*=}"
echo "$use" >>java.args
