using System.Diagnostics;

namespace CrCache.Tests;

/// <summary>What another user of this machine can try: a program that runs as nobody. Needs root, setpriv and perl.</summary>
internal static class OtherUser
{
    public const string Become = "setpriv";
    public const string Perl = "perl";

    /// <summary>The id.</summary>
    public const int Id = 65534;

    /// <summary>Serves a socket with these lines to whoever comes; is there when the socket is.</summary>
    public static async Task<Process> ServeAsync(string path, params string[] lines)
    {
        var process = Start(
            "my $s = IO::Socket::UNIX->new(Local => $ARGV[0], Listen => 5) or die $!; chmod 0777, $ARGV[0]; $| = 1; print qq(up\\n);"
            + " while (my $c = $s->accept) { $c->autoflush(1); print $c $ARGV[1]; push @kept, $c }",
            path,
            string.Concat(lines.Select(line => line + "\n")));
        Assert.Equal("up", await process.StandardOutput.ReadLineAsync());
        return process;
    }

    /// <summary>Connects to a socket and returns all that it says until it closes the connection.</summary>
    public static async Task<string> ReadAsync(string path)
    {
        using var process = Start(
            "my $c = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die $!; print qq(in\\n); while (<$c>) { print }", path);
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return said;
    }

    private static Process Start(string script, params string[] arguments) => Process.Start(new ProcessStartInfo(
        Become, [$"--reuid={Id}", $"--regid={Id}", "--clear-groups", Perl, "-MIO::Socket::UNIX", "-e", script, .. arguments])
    {
        RedirectStandardOutput = true,
    })!;
}
