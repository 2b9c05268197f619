using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CrCache.Diagnostics;

namespace CrCache.Registries;

/// <summary>
/// Which certificates are good: those that the system trusts (on Linux with SSL_CERT_FILE and SSL_CERT_DIR, which .NET
/// reads itself), and those of the authorities that docker keeps for the registry.
/// </summary>
internal sealed class RegistryTrust(RegistryReference reference, string dockerDirectory) : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private readonly Lazy<X509Certificate2Collection> _authorities = new(() => Load(reference, dockerDirectory));

    /// <summary>The handler's question whether a server's certificate is good.</summary>
    /// <exception cref="CrCacheException">It is not (CRC4008).</exception>
    public bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
        {
            return true;
        }

        var reason = errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? "it is for another host"
            : certificate is null || chain is null ? "there is none"
            : WhyUntrusted(certificate, chain);
        return reason is null
            ? true
            : throw new CrCacheException(
                ErrorCodes.RegistryNotTrusted,
                $"The certificate of {((SslStream)sender).TargetHostName}, which the registry {reference.Host} leads to, is not trusted: "
                + $"{reason}. Put the authority's certificate into /etc/docker/certs.d/{reference.Host}/ca.crt, "
                + "or name it in SSL_CERT_FILE.");
    }

    public void Dispose()
    {
        if (_authorities.IsValueCreated)
        {
            foreach (var authority in _authorities.Value)
            {
                authority.Dispose();
            }
        }
    }

    private string? WhyUntrusted(X509Certificate certificate, X509Chain chain)
    {
        if (_authorities.Value.Count == 0)
        {
            return Reason(chain);
        }

        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(_authorities.Value);
        own.ChainPolicy.ExtraStore.AddRange(chain.ChainPolicy.ExtraStore);
        own.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        using var server = new X509Certificate2(certificate);
        return own.Build(server) ? null : Reason(own);
    }

    private static string Reason(X509Chain chain)
    {
        var reasons = chain.ChainStatus.Select(status => status.StatusInformation.Trim().TrimEnd('.'));
        return string.Join(", ", reasons.Where(text => text.Length > 0).Distinct());
    }

    // As docker does: each .crt of the directory that is named like the registry. Docker Desktop has it beside config.json.
    private static X509Certificate2Collection Load(RegistryReference reference, string dockerDirectory)
    {
        var authorities = new X509Certificate2Collection();
        string[] roots = ["/etc/docker", dockerDirectory];
        foreach (var folder in roots.Select(root => Path.Combine(root, "certs.d", reference.Host)).Where(Directory.Exists))
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*.crt").Order(StringComparer.Ordinal))
            {
                try
                {
                    authorities.ImportFromPemFile(file);
                }
                catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
                {
                    throw new CrCacheException(
                        ErrorCodes.RegistryNotTrusted,
                        $"The certificates of {file}, which are those of the registry {reference.Host}, cannot be read: {e.Message}",
                        e);
                }
            }
        }

        return authorities;
    }
}
