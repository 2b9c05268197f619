using System.Reflection;

namespace CrCache.TestAdapter;

/// <summary>What can be known about the process that an assembly under test has been loaded into.</summary>
internal static class TestHost
{
    private const BindingFlags AnyMember = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    // What makes a test program of its own (xunit.v3, Microsoft.Testing.Platform) talk about tests and not run them.
    private static readonly HashSet<string> s_lookingOptions = new(StringComparer.OrdinalIgnoreCase)
    {
        "-assemblyInfo", "-list", "-help", "-h", "-?", "--help", "--info", "--list-tests",
    };

    /// <summary>
    /// True when this process only looks which tests there are. In doubt it does not, which costs a restore and harms nobody.
    /// </summary>
    /// <param name="source">The test assembly.</param>
    public static bool IsDiscovering(string source) =>
        Assembly.GetEntryAssembly()?.GetName().Name == Path.GetFileNameWithoutExtension(source)
            ? Arguments().Any(s_lookingOptions.Contains)
            : IsDiscoveringHost();

    // VSTest's host has loaded its discoverers and no executor then. It keeps that to itself.
    private static bool IsDiscoveringHost()
    {
        try
        {
            const string Platform = "Microsoft.VisualStudio.TestPlatform.Common";
            var cache = Array.Find(AppDomain.CurrentDomain.GetAssemblies(), assembly => assembly.GetName().Name == Platform)
                ?.GetType(Platform + ".ExtensionFramework.TestPluginCache");
            var extensions = Value(Value(null, "Instance", cache), "TestExtensions");
            return Value(extensions, "AreTestDiscoverersCached") is true && Value(extensions, "AreTestExecutorsCached") is false;
        }
        catch (Exception e) when (e is TargetInvocationException or AmbiguousMatchException)
        {
            return false;
        }
    }

    private static object? Value(object? instance, string property, Type? type = null) =>
        (type ?? instance?.GetType())?.GetProperty(property, AnyMember)?.GetValue(instance);

    // xunit.v3's adapter writes them into a file, a line each, and starts the program with "@@ FILE".
    private static IEnumerable<string> Arguments()
    {
        var arguments = Environment.GetCommandLineArgs();
        var isFile = arguments.Length == 3 && arguments[1] == "@@" && File.Exists(arguments[2]);
        return isFile ? File.ReadLines(arguments[2]) : arguments.Skip(1);
    }
}
