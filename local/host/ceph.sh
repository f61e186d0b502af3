#!/bin/bash
# Starts the object store; the first time it makes the cluster too. Ends when radosgw is started,
# which is before it answers.
set -eu
conf="-c /etc/ceph/local.conf"
base=/var/lib/ceph-local
. /local/ceph.env # CLUSTER, MONITOR, ADDRESSES, ACCESS_KEY, SECRET_KEY
osd=22222222-2222-3333-4444-555555555555
cd / # the OSD loads its object classes from a relative path

if [ ! -e $base/.ready ]; then
  rm -rf $base
  mkdir -p $base/mon $base/osd $base/rgw
  ceph-authtool --create-keyring $base/keyring --gen-key -n mon. --cap mon 'allow *'
  ceph-authtool $base/keyring --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'
  ceph-authtool $base/keyring --gen-key -n osd.0 --cap mon 'allow profile osd' --cap osd 'allow *' --cap mgr 'allow profile osd'
  monmaptool --create --clobber --fsid "$CLUSTER" --addv a "$ADDRESSES" $base/monmap
  ceph-mon $conf --mkfs -i a --monmap $base/monmap --keyring $base/keyring
fi
rm -f $base/*.asok
ceph-mon $conf -i a --public-addr "127.0.0.1:$MONITOR" -f &

if [ -e $base/.ready ]; then
  ceph $conf osd down 0
else
  ceph $conf osd new $osd 0
  ceph-osd $conf -i 0 --mkfs --osd-uuid $osd
fi
ceph-osd $conf -i 0 -f &

if [ ! -e $base/.ready ]; then
  radosgw-admin $conf -n client.admin user create --uid=local --display-name=local \
    "--access-key=$ACCESS_KEY" "--secret-key=$SECRET_KEY" >/dev/null # makes the pools too
  touch $base/.ready
fi
radosgw $conf -n client.admin -f &
