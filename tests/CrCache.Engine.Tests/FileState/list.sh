#!/bin/sh
# Prints a line for each file below /image, /state and /data: all that can be known of it without its inode's number.
case $(uname -m) in
  x86_64) llistxattr=195 lgetxattr=192 ;;
  *) llistxattr=12 lgetxattr=9 ;;
esac
plain() { perl -0pe 's/([^ -~\0])/sprintf "\\x%02x", ord $1/ge; tr/\0/\n/'; }
{
  # Type, mode, owner, links, size, time, where a link leads. Engines keep whole seconds.
  find /image /state /data ! -type d -printf '%p: %y %#m %U:%G %n %s %Ts %l\0'
  find /image /state /data -type d -printf '%p: %y %#m %U:%G %Ts\0'
  find /image /state /data -type f -print0 | xargs -0 sha256sum --zero
  # Other names of the same file.
  # shellcheck disable=SC2016 # the inner shell expands $0
  find /image /state /data -type f -links +1 -print0 | sort -z | xargs -0 -n 1 sh -c 'find /image /state /data -samefile "$0" -print0 | sort -z | tr "\0" " "; printf "\0"'
  find /image /state /data -print0 | perl -0ne '
    chomp(my $file = $_);
    my $names = "\0" x 4096;
    my $length = syscall('$llistxattr', $file, $names, 4096);
    for my $name (split /\0/, substr($names, 0, $length > 0 ? $length : 0)) {
      my $value = "\0" x 4096;
      my $size = syscall('$lgetxattr', $file, $name, $value, 4096);
      print "$file: $name=", unpack("H*", substr($value, 0, $size)), "\0";
    }'
} | sort -z | plain
