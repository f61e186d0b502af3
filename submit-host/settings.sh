# What ./install was told the last time, in $settings; part of it.

remembered() {
  [ -f $settings ] && /usr/bin/python3 -I -c '
import json, sys
value = json.load(open(sys.argv[1]))[sys.argv[2]]
print(" ".join(value) if sys.argv[2] == "stores" else "%d" % value if sys.argv[2] == "min_uid" else value + "")' $settings "$1" 2>/dev/null || true
}

# What is not known must not be taken for "none": without its `from` the key would be good everywhere.
refuse_damaged_settings() {
  for name in user group stores; do
    [ -n "$(remembered $name)" ] || die "$settings is damaged (its \"$name\"): mend it, or remove it and give all options of the first time"
  done
  [ "$(remembered from | wc -l)" = 1 ] || die "$settings is damaged (its \"from\"): mend it, or remove it and give all options of the first time"
}

write_settings() {
  # shellcheck disable=SC2086
  /usr/bin/python3 -I -c '
import json, sys
user, group, origin, results, min_uid, *stores = sys.argv[1:]
settings = {"user": user, "group": group, "from": origin, "results": results, "min_uid": int(min_uid), "stores": stores}
print(json.dumps(settings, indent=2))' \
    "$user" "$group" "$from" "$results" "$min_uid" $stores
}
