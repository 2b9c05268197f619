using System.Security.Cryptography;
using CrCache.Diagnostics;

namespace CrCache.Specs;

/// <summary>What a checkpoint's key, and the checks before anything is started, need of a file. Read in one pass, in pieces.</summary>
internal sealed record InputFile
{
    private const int PieceSize = 1 << 17;
    private const int StartLength = 8;

    /// <summary>The hash of its content, hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Its first bytes.</summary>
    public required byte[] Start { get; init; }

    /// <summary>The first line that ends as on Windows, from 1; null where none does.</summary>
    public required int? CrlfLine { get; init; }

    /// <summary>Whether its owner may run it. Windows does not know that: there, whether it says what runs it.</summary>
    public required bool IsExecutable { get; init; }

    /// <summary>Whether it says in its first line what runs it.</summary>
    public bool IsScript => Start is [(byte)'#', (byte)'!', ..];

    /// <summary>Reads it.</summary>
    /// <exception cref="CrCacheException">It cannot be read (CRC2005).</exception>
    public static InputFile Read(string item, string metadata, string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            return Read(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CrCacheException(ErrorCodes.BadMetadata, $"{item}: {metadata}: the file {path} cannot be read: {e.Message}", e);
        }
    }

    private static InputFile Read(FileStream file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[PieceSize];
        var start = Array.Empty<byte>();
        var lines = new LineEnds();
        while (file.ReadAtLeast(piece, piece.Length, throwOnEndOfStream: false) is > 0 and var length)
        {
            start = file.Position == length ? piece[..Math.Min(length, StartLength)] : start;
            hash.AppendData(piece, 0, length);
            lines.Add(piece.AsSpan(0, length));
        }

        var result = new InputFile
        {
            Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset()),
            Start = start,
            CrlfLine = lines.FirstCrlf,
            IsExecutable = false,
        };
        return result with
        {
            IsExecutable = OperatingSystem.IsWindows()
                ? result.IsScript
                : File.GetUnixFileMode(file.SafeFileHandle).HasFlag(UnixFileMode.UserExecute),
        };
    }

    private struct LineEnds
    {
        private int _line = 1;
        private bool _isReturn;

        public LineEnds()
        {
        }

        public int? FirstCrlf { get; private set; }

        public void Add(ReadOnlySpan<byte> text)
        {
            // After the first one nothing is looked for any more.
            while (FirstCrlf is null && text.Length > 0)
            {
                var end = text.IndexOf((byte)'\n');
                var before = end > 0 ? text[end - 1] == '\r' : end == 0 && _isReturn;
                if (end < 0)
                {
                    _isReturn = text[^1] == '\r';
                    return;
                }

                FirstCrlf = before ? _line : null;
                _isReturn = false;
                _line++;
                text = text[(end + 1)..];
            }
        }
    }
}
