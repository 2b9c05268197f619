#!/bin/sh
# Everything that a server's set-up could do to its files, and then some.
set -e
case $(uname -m) in
  x86_64) setxattr=188 ;;
  *) setxattr=5 ;;
esac
attribute() { # FILE NAME HEX: the image has no setfattr
  perl -e 'my ($call, $file, $name, $hex) = @ARGV; my $value = pack("H*", $hex);
    syscall($call, $file, $name, $value, length $value, 0) == 0 or die "$file $name: $!\n"' "$((setxattr))" "$@"
}

# The image's own files.
cd /image
echo above >changed
echo above >>appended
rm removed
rm -r gone
rm emptied/file
rm -r replaced && mkdir replaced && echo above >replaced/new
rm -r turned-into-file && echo above >turned-into-file
rm turned-into-directory && mkdir turned-into-directory && echo above >turned-into-directory/file
rm turned-into-link && ln -s kept/file turned-into-link
chmod 4711 only-mode
chown 1234:5678 only-owner
touch -d '2001-02-03 04:05:06' only-time
attribute only-attribute user.note 00ff0a
echo above >>first-name
chmod 1770 kept

# New ones.
mkdir -m 2751 /state
cd /state
echo private >private && chmod 600 private && chown 4000000:4000001 private
echo set-ids >set-ids && chmod 6755 set-ids
mkdir -m 1777 sticky
echo one >one && ln one two && mkdir more && ln one more/three
ln -s one link && ln -s /no/where dangling && ln -s "$(perl -e 'print "x" x 200')" long-link && chown -h 77:88 link
mkfifo -m 640 fifo
mknod null c 1 3
truncate -s 3M sparse && printf end >>sparse
perl -e 'print pack("C*", map { $_ % 251 } 1..100000)' >binary
: >empty
mkdir -p "$(perl -e 'print join "/", ("directory-of-forty-characters-in-its-name") x 6')" && : >"$(perl -e 'print join "/", ("directory-of-forty-characters-in-its-name") x 6')/file"
: >"$(perl -e 'print "n" x 255')"
: >"$(perl -e 'print "new\nline \"quotes\" \\back\\slash \t tab"')"
: >"$(perl -e 'print "latin1-\xe4\xff"')"
: >'ünïcödé 文'
: >' leading and trailing '
: >-rf
: >.hidden
mkdir ..directory && : >..directory/...
touch -d '1970-01-02 00:00:00' very-old
touch -d '2100-01-01 00:00:00' future
for file in attributes more; do
  [ -e $file ] || : >$file
  attribute $file user.empty ''
  attribute $file user.binary 000102ff
  attribute $file "user.unusual 'name'" 76
  # Of version 2: user::rw-, user:7:r--, group::r--, mask::r--, other::---
  attribute $file system.posix_acl_access 0200000001000600ffffffff020004000700000004000400ffffffff10000400ffffffff20000000ffffffff
done
: >capable && chmod 755 capable
attribute capable security.capability 0100000200040000000000000000000000000000

# The image's volume.
cd /data
chown 999:1000 . && chmod 2770 .
echo volume >file && chown 5:6 file && chmod 640 file && ln file again && mkdir -m 1711 directory && ln -s file link

sh /list.sh >/listing
