using System.Reflection;

namespace CrCache.TestAdapter;

/// <summary>What can be known about the process that an assembly under test has been loaded into.</summary>
internal static class TestHost
{
    private const BindingFlags AnyMember = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>
    /// True in a VSTest host that only looks which tests there are: it has loaded its discoverers and no executor. The platform
    /// keeps that to itself; where it cannot be read, the answer is no, which costs a restore and harms nobody.
    /// </summary>
    public static bool IsDiscovering()
    {
        try
        {
            var cache = Array.Find(AppDomain.CurrentDomain.GetAssemblies(), assembly => assembly.GetName().Name == "Microsoft.VisualStudio.TestPlatform.Common")
                ?.GetType("Microsoft.VisualStudio.TestPlatform.Common.ExtensionFramework.TestPluginCache");
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
}
