namespace CrCache.Chaos;

/// <summary>Somebody who uses the engine: a store, a folder for temporary files, and what starts a command as that user.</summary>
/// <param name="Name">What the folders are called.</param>
/// <param name="Id">The user's number, which no other user of this machine has.</param>
/// <param name="Folder">Where all that is.</param>
internal sealed record User(string Name, int Id, string Folder)
{
    public string Home => Path.Combine(Folder, "store");

    /// <summary>XDG_RUNTIME_DIR: the sockets of leases are in a folder there.</summary>
    public string Runtime => Path.Combine(Folder, "run");

    /// <summary>That folder.</summary>
    public string Sockets => Path.Combine(Runtime, "crcache");

    public string Temporary => Path.Combine(Folder, "tmp");

    /// <summary>What a command line begins with that is to run as this user.</summary>
    public string[] As => Id == 0 ? [] : ["setpriv", $"--reuid={Id}", $"--regid={Id}", "--clear-groups"];

    /// <summary>Makes the folders anew.</summary>
    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }

        foreach (var folder in new[] { Folder, Home, Temporary, Runtime, Sockets })
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        using var chown = Client.Start(["chown", "--recursive", $"{Id}:{Id}", Folder], Field.Environment);
        await chown.SucceedAsync(cancellationToken);
    }
}
